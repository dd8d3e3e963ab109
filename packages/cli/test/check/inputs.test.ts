import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { INPUTS } from './inputs.ts'
import { runCheck } from './run-check.ts'

test.each(INPUTS)('of $name check says what it has to, and nothing that it must not', async ({ folder, expected }) => {
  const words = expected.arguments.map((word) => (existsSync(join(folder, word)) ? join(folder, word) : word))
  const { output: json } = await runCheck([...words, '--format', 'json'])
  const { ports } = JSON.parse(json) as CheckDocument
  for (const [hostPort, verdicts] of Object.entries(expected.ports ?? {})) {
    const found = ports.filter((port) => String(port.hostPort) === hostPort).map(({ verdict }) => verdict)
    expect({ hostPort, found: found.length > 0 }).toEqual({ hostPort, found: true })
    for (const verdict of found) expect([verdicts].flat()).toContain(verdict)
  }
  const { output, exitCode } = await runCheck(words)
  const said = output.replaceAll(folder, '')
  for (const pattern of expected.says ?? []) expect(said).toMatch(new RegExp(pattern))
  for (const pattern of expected.never_says ?? []) expect(said).not.toMatch(new RegExp(pattern))
  if (expected.exit !== null) expect(exitCode).toBe(expected.exit)
})
