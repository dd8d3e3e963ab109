import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/**
 * Runs the tests with Jest; other words go to it. All of them run in two goes, one suite on each core: first those that
 * open no socket and start no process, which keep their core busy, then the others, which mostly wait.
 */
const words = process.argv.slice(2)
const everyCore = ['--maxWorkers', '100%', '--selectProjects']
const goes =
  words.length > 0
    ? [words]
    : [
        [...everyCore, 'unit'],
        [...everyCore, 'live', 'repository'],
      ]

for (const go of goes) {
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const program = [...options, join(import.meta.dirname, '../node_modules/jest/bin/jest.js'), ...go]
  const [code] = (await once(spawn(process.execPath, program, { stdio: 'inherit' }), 'close')) as [number | null]
  process.exitCode = Math.max(Number(process.exitCode ?? 0), code ?? 1)
}
