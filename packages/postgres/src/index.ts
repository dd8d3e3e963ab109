export { whyNoPostgres } from './installation.ts'
export { type PostgresServer, startPostgres } from './server.ts'
