import { readdirSync } from 'node:fs'

const suite = (displayName, dir) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: [`<rootDir>/${dir}`],
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
})

/**
 * One project a package, plus the repository's own rules, recordings, and faults on the practice cluster; the tests on a
 * real kind cluster have a runner of their own.
 */
export default {
  coverageProvider: 'v8',
  /** For a condition that never comes; no test depends on how long anything takes. */
  testTimeout: 60_000,
  projects: [
    ...readdirSync('packages').map((name) => suite(name, `packages/${name}`)),
    suite('repository', 'test/repository'),
    suite('recordings', 'test/recordings'),
    suite('faults', 'test/faults'),
  ],
}
