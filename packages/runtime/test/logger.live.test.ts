import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

test('writes one JSON object a line to standard error, also when the process ends at once', () => {
  const program = `
    import { createLogger } from ${JSON.stringify(new URL('../src/logger.ts', import.meta.url).href)}
    const log = createLogger({ level: 'info' })
    log.debug({}, 'not told')
    log.warn({ target: 'host:30080' }, 'told')
    process.exit(0)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual([{ level: 'warn', time: expect.any(String), target: 'host:30080', msg: 'told' }])
})

test('what a log is given does nothing to a terminal that shows it, and a parser reads the same', () => {
  const given = 'a\u001b[31m\u0007\u007f\u009b2J\u202e\u2066\u200f\u061c\u2028\r\nb'
  const program = `
    import { createLogger } from ${JSON.stringify(new URL('../src/logger.ts', import.meta.url).href)}
    const given = JSON.parse(process.argv[1])
    const log = createLogger({ level: 'info' })
    log.warn({ given, err: new Error(given) }, given)
    log.warn({ given: given.repeat(10_000) }, 'long')`
  const words = ['--input-type=module', '-e', program, JSON.stringify(given)]
  const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u)
  const [one = '', long = '', ...others] = stderr.trim().split('\n')
  expect(others).toEqual([])
  expect(JSON.parse(one)).toMatchObject({ given, msg: given, err: { message: given } })
  expect(JSON.parse(long).given).toHaveLength(4000)
})
