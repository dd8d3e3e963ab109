import { openStore } from '../../../src/store/open.ts'
import { describeHistory } from '../history-suite.ts'
import { describeStore } from '../store-suite.ts'
import { describePostgres } from './postgres.ts'

describePostgres('PostgreSQL', (postgres) => {
  describeStore('PostgreSQL', async (retention) => openStore(await postgres.newDatabase(), retention))
  describeHistory('PostgreSQL', async () => openStore(await postgres.newDatabase()), 15)
})
