import { openStore } from '../../../src/store/open.ts'
import { describeHistory } from '../history-suite.ts'

describeHistory('SQLite', () => openStore(':memory:'), 100)
