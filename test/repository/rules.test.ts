import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { namesIn, recordsAndMetrics } from './metric-names.ts'
import { hasPromtool, promtool, unlessMissing } from './promtool.ts'
import { files, read, ROOT } from './tree.ts'

interface Rule {
  alert?: string
  record?: string
  expr: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

interface RuleTest {
  alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[]
}

const RULES = 'deploy/rules/portolan.rules.yaml'
const TESTS = files().filter((path) => /^deploy\/rules\/tests\/.*\.test\.yaml$/.test(path))
const { groups } = parse(read(RULES)) as { groups: { rules: Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.filter(({ alert }) => alert !== undefined)
const cases = TESTS.flatMap((path) => (parse(read(path)) as { tests: RuleTest[] }).tests).flatMap(
  ({ alert_rule_test: asked = [] }) => asked,
)

describe(`promtool${unlessMissing}`, () => {
  const maybe = hasPromtool ? test : test.skip
  maybe('accepts the rules', () => expect(promtool('check', 'rules', join(ROOT, RULES))).toMatchObject({ ok: true }))

  maybe('accepts the configuration that compose.yaml mounts', () =>
    expect(promtool('check', 'config', join(ROOT, 'deploy/prometheus/prometheus.yaml'))).toMatchObject({ ok: true }),
  )

  maybe.each(TESTS)('sees every alert as %s says', (path) => {
    expect(promtool('test', 'rules', join(ROOT, path))).toMatchObject({ ok: true })
  })
})

test.each(rules)('$alert$record reads only metrics that exist', ({ expr, annotations = {} }) => {
  const known = recordsAndMetrics()
  const names = [expr, ...Object.values(annotations)].flatMap(namesIn)
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !known.has(name))).toEqual([])
})

describe.each(alerts)('$alert', ({ alert = '', labels = {}, annotations = {} }) => {
  test('has one test where it fires and one near miss', () => {
    const fires = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length > 0)
    expect(new Set(fires)).toEqual(new Set([true, false]))
  })

  test('says how bad it is, what it is, and where to read on', () => {
    expect(labels['severity']).toMatch(/^(critical|warning|info)$/)
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook', 'summary'])
    expect(annotations['runbook']).toBe(`docs/alerts.md#${alert.toLowerCase()}`)
    expect(read('docs/alerts.md')).toMatch(new RegExp(`^## ${alert}\\n\\n\\*${labels['severity']}\\.\\* `, 'm'))
  })
})

test('the runbook has no entry without an alert', () => {
  const entries = [...read('docs/alerts.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name)
  expect(entries).toEqual(alerts.map(({ alert }) => alert))
})

test('compose.yaml mounts folders that exist', () => {
  const { services } = parse(read('deploy/compose.yaml')) as { services: Record<string, { volumes: string[] }> }
  const mounted = Object.values(services)
    .flatMap(({ volumes }) => volumes)
    .flatMap((volume) => /^(?<folder>\.[^:]*):/.exec(volume)?.groups?.['folder'] ?? [])
  expect(mounted.filter((folder) => !existsSync(join(ROOT, 'deploy', folder)))).toEqual([])
  expect(mounted).toHaveLength(4)
})
