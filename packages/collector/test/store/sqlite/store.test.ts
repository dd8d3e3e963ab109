import { temporaryFolder } from '@portolan/testing'
import { openStore } from '../../../src/store/open.ts'
import { describeStore } from '../store-suite.ts'

const file = temporaryFolder()
let stores = 0

describeStore('SQLite in a file', (retention) => openStore(file(`${++stores}.db`), retention))
describeStore('SQLite in memory', (retention) => openStore(':memory:', retention))
