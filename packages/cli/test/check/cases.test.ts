import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { runCheck } from './run-check.ts'

interface Expected {
  title: string
  ports: {
    hostPort: number | null
    verdict: string
    darkProbability: number
    causes: (string | null)[]
    warnings?: string[]
  }[]
}

const folder = join(import.meta.dirname, '../../../../test/cases')
const cases = readdirSync(folder).map((name): [string, string, Expected] => {
  const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Expected
  return [name, expected.title, expected]
})

test.each(cases)('%s: %s', async (name, _, expected) => {
  const files = ['-k', join(folder, name, 'kind.yaml'), join(folder, name, 'manifests.yaml')]
  const { output, exitCode } = await runCheck([...files, '--format', 'json'])
  const { ports, warnings, problems } = JSON.parse(output) as CheckDocument
  expect(problems).toEqual([])
  for (const { causes, warnings: _, ...wanted } of expected.ports) {
    const found = ports.filter(({ hostPort }) => hostPort === wanted.hostPort)
    expect(found.length).toBeGreaterThan(0)
    for (const port of found) expect(port).toMatchObject(wanted)
    for (const { cause } of found) expect(causes).toContain(cause)
  }
  const told = new Set(warnings.map(({ cause }) => cause))
  expect(told).toEqual(new Set(expected.ports.flatMap((port) => port.warnings ?? [])))
  const isDark = ({ hostPort, verdict }: Expected['ports'][number]) =>
    hostPort !== null && (verdict === 'always_dark' || verdict === 'may_go_dark')
  expect(exitCode).toBe(expected.ports.some(isDark) ? 1 : 0)
})
