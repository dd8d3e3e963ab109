import { join } from 'node:path'

/** One cluster, one test after the other: `run.ts` makes the cluster and starts this. */
export default {
  rootDir: join(import.meta.dirname, '../..'),
  roots: ['<rootDir>/test/kind'],
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  maxWorkers: 1,
  verbose: true,
  /** For a condition that never comes; no test depends on how long anything takes. */
  testTimeout: 900_000,
}
