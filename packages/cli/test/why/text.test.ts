import { expect, test } from '@jest/globals'
import type { WhyDocument } from '@portolan/wire'
import { rowsOf } from '../../src/render/screen.ts'
import { PLAIN } from '../../src/render/style.ts'
import { whyLines } from '../../src/why/text.ts'

const PATCH = `kubectl --context=kind-sea --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`

const why: WhyDocument = {
  port: 'sea/30080',
  cluster: 'sea',
  target: 'host:30080',
  node: 'sea-worker',
  service: 'default/web',
  workload: 'Deployment/default/web',
  state: 'down',
  since: '2026-03-01T12:00:00.000Z',
  stateSeconds: 12,
  summary: 'Port 30080 does not answer.',
  verdict: {
    cause: 'etp_local',
    title: 'The Service has externalTrafficPolicy Local.',
    confidence: 'proven',
    candidates: [],
    summary:
      'Service default/web has externalTrafficPolicy Local and its only pod is on sea-worker2, but the port is mapped to sea-worker, which drops the packets.',
    onset:
      'It went dark at 12:00:00, 400 ms after Deployment default/web moved from sea-worker to sea-worker2 (drain of sea-worker).',
  },
  brokenHop: { name: 'kube-proxy', state: 'red', text: 'no endpoint on sea-worker', at: '2026-03-01T12:00:00.000Z' },
  evidence: Array.from({ length: 9 }, (_, n) => ({
    kind: 'probe' as const,
    text: `vantage ${n}: silent`,
    at: '2026-03-01T12:00:00.000Z',
  })),
  ruledOut: [
    { cause: 'node_down', because: 'the nodes run' },
    { cause: 'no_endpoints', because: '1 endpoint can answer' },
  ],
  notChecked: [{ cause: 'host_side', because: 'no agent on another node probes the port of the mapped node' }],
  fixes: [{ text: 'Let every node forward', cost: 'the client address is hidden', command: PATCH }],
  atRisk: null,
  notes: [],
  verify: { text: 'This waits until the port answers (exit code 0).', command: 'portolan wait sea/30080' },
  source: { kind: 'watch', page: null, at: '2026-03-01T12:00:12.000Z' },
}

test('on a terminal of 24 rows the title, the trigger, the fix and how to verify it come first, the evidence after', () => {
  const lines = whyLines(why, { width: 80, style: PLAIN })
  const rowOf = (wanted: RegExp) => {
    const at = lines.findIndex((line) => wanted.test(line))
    expect(at).not.toBe(-1)
    return lines.slice(0, at + 1).reduce((rows, line) => rows + rowsOf(line, 80), 0)
  }
  const places = [/^✗ sea\/30080 .*No pod/, /went dark at/, /^ {2}Fix: /, /^kubectl /, /^portolan wait/].map(rowOf)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(places.at(-1)).toBeLessThan(24)
  expect(rowOf(/^Evidence$/)).toBeGreaterThan(places.at(-1) ?? 0)
  expect(lines).toContain('  - the path breaks at "kube-proxy": no endpoint on sea-worker')
})

test('how many causes are ruled out is said in a line, with where each of them is', () => {
  expect(whyLines(why, { width: 80, style: PLAIN }).join('\n')).toContain(
    '2 other causes are ruled out; --output json lists each with the reason.',
  )
})
