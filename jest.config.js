const SUITES = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
}

/** Suites that open sockets or start processes. */
const LIVE = '**/*.live.test.ts'

/**
 * `unit` is what `test:unit` runs: `test/offline.ts` sees to it that these suites open no socket and start no process.
 * The tests on a real kind cluster have a runner of their own.
 */
export default {
  coverageProvider: 'v8',
  /** For a condition that never comes; no test depends on how long anything takes. */
  testTimeout: 60_000,
  projects: [
    {
      ...SUITES,
      displayName: 'unit',
      roots: ['<rootDir>/packages', '<rootDir>/test/recordings'],
      testMatch: ['**/*.test.ts', `!${LIVE}`],
      testEnvironment: '<rootDir>/test/offline.ts',
    },
    { ...SUITES, displayName: 'live', roots: ['<rootDir>/packages'], testMatch: [LIVE] },
    {
      ...SUITES,
      displayName: 'repository',
      roots: ['<rootDir>/test/repository', '<rootDir>/test/faults'],
      testMatch: ['**/*.test.ts'],
    },
  ],
}
