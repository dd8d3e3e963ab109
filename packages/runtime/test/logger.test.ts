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
