import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Metrics } from '@portolan/runtime'
import { silentLog } from '@portolan/testing'
import { createHubEvents } from '../../src/hub/metrics.ts'
import { createFamilies } from '../../src/metrics/families.ts'

interface Declared {
  name: string
  type: string
  labels: string
}

/** Every family that the collector and the hub make. */
function declared(): Declared[] {
  const families: Declared[] = []
  const keep = (type: string) => (name: string, _help: string, labels: readonly string[]) => {
    families.push({ name, type, labels: labels.join(', ') })
    return { add() {}, set() {}, observe() {}, remove() {} }
  }
  const metrics = { counter: keep('counter'), gauge: keep('gauge'), histogram: keep('histogram') } as unknown as Metrics
  createFamilies(metrics)
  createHubEvents(metrics, silentLog)
  return families
}

function documented(): Declared[] {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/metrics.md'), 'utf8')
  const rows = text.matchAll(/^\| `(?<name>\w+)` \| (?<type>\w+) \| (?<labels>[\w, ]*?) ?\|/gm)
  return [...rows].map(({ groups }) => ({ ...(groups as unknown as Declared) }))
}

test('docs/metrics.md tells every family with its type and labels', () => {
  expect(documented()).toEqual(expect.arrayContaining(declared()))
})

test.each(declared())('$name follows the rules for names', ({ name, type }) => {
  expect(name).toMatch(/^portolan_[a-z_]+$/)
  expect(name.endsWith('_total')).toBe(type === 'counter')
})
