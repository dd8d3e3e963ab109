import { expect, test } from '@jest/globals'
import { markdownOf } from '../../page/incident/markdown.ts'
import { incident } from '../incidents.ts'

const serviceOf = () => 'default/web'
const at = '2026-01-01T00:00:00.000Z'

test('one incident is told with its evidence and what to do', () => {
  const text = markdownOf(
    [
      incident({
        trigger: { at, text: 'Deployment default/web moved from a to b' },
        evidence: [{ kind: 'probe', text: '127.0.0.1: silent', at }],
        remedies: [{ text: 'Forward', cost: 'no client address', command: 'kubectl patch service/web' }],
      }),
    ],
    serviceOf,
  )
  expect(text).toBe(`# 30080 default/web was dark for 5.0 s: No pod on the mapped node (externalTrafficPolicy: Local)

- From 2026-01-01 00:00:00.000 to 2026-01-01 00:00:05.000 (UTC)
- Cause: etp_local, proven
- It went dark at 2026-01-01 00:00:00.000, 0 ms after Deployment default/web moved from a to b.
- At that time: Its only pod is on worker2.
- Incident: dev-30080-1

## Evidence

- 2026-01-01 00:00:00.000 127.0.0.1: silent

## What to do

Forward. Trade-off: no client address.

\`\`\`sh
kubectl patch service/web
\`\`\`
`)
})

test('several are a table of their groups, and the newest of each', () => {
  const text = markdownOf([incident(), incident({ id: 'x' }), incident({ id: 'y', target: 'host:443' })], serviceOf)
  expect(text).toContain(
    '| 30080 | default/web | No pod on the mapped node (externalTrafficPolicy: Local) | 2 | 10 s | ',
  )
  expect(text.match(/^## /gm)).toHaveLength(2)
})

test('names stay text, whatever is in them', () => {
  const hostile = '<img src=x>|[a](javascript:b)\n# c `d`\u001b[2J'
  const text = markdownOf(
    [incident({ summary: hostile, evidence: [{ kind: 'object', text: hostile, at }] })],
    () => hostile,
  )
  expect(text).not.toContain('<img')
  expect(text).not.toMatch(/[^\\]\]\(/)
  expect(text).not.toContain('\u001b')
  expect(text.match(/^# /gm)).toHaveLength(1)
})
