import { expect, test } from '@jest/globals'
import type { Evidence, Hop, Incident, TargetExplanation } from '@portolan/core'
import { notProvenBecause, withProof } from '../src/prove-port.ts'
import { darkTarget, incident, NOON, target } from './views.ts'

const RULE: Evidence = { kind: 'rule', text: 'a rule in INPUT of sea-worker drops packets to port 30080', at: NOON }
const OLD: Evidence = { ...RULE, text: 'an older one' }

function explanation(of: Incident | null, hop = 'as it was'): TargetExplanation {
  const hops: Hop[] = [{ name: 'kube-proxy', state: 'red', text: hop, at: NOON }]
  const view = of === null ? target(30080) : darkTarget(30080)
  return { target: view, hops, incident: of, ruledOut: [], epochs: [], foreseen: null, routes: [] }
}

const evidence = [...incident().evidence, RULE]

test('what was known stays, with the rule and the way as they are now', () => {
  const known = explanation(
    incident({ evidence: [OLD, ...incident().evidence], trigger: { at: NOON, text: 'it moved' } }),
  )
  const proven = withProof(known, explanation(incident({ evidence, confidence: 'likely' }), 'its rule drops them'))
  expect(proven.incident).toMatchObject({ cause: 'etp_local', confidence: 'proven', trigger: { text: 'it moved' } })
  expect(proven.incident?.evidence).toEqual(evidence)
  expect(proven.hops[0]?.text).toBe('its rule drops them')
})

test('a verdict that the rules prove takes the place of one that was not proven', () => {
  const known = explanation(
    incident({ cause: 'cross_node', confidence: 'ambiguous', candidates: ['kube_proxy_stale'] }),
  )
  const seen = explanation(incident({ cause: 'kube_proxy_stale', evidence, openedAt: NOON }))
  expect(withProof(known, seen).incident).toMatchObject({
    cause: 'kube_proxy_stale',
    confidence: 'proven',
    candidates: [],
    openedAt: known.incident?.openedAt,
  })
})

test.each<[string, Incident | null]>([
  ['the port answers', null],
  ['no rule was read', incident()],
])('where %s nothing changes', (_, seen) => {
  const known = explanation(incident({ confidence: 'likely' }))
  expect(withProof(known, explanation(seen))).toBe(known)
})

test.each<[TargetExplanation, string | null]>([
  [explanation(incident({ evidence })), null],
  [explanation(null), 'the port answers'],
  [{ ...explanation(null), target: target(30080, { state: 'unknown' }) }, 'it is not known whether the port is dark'],
  [
    { ...explanation(incident()), target: darkTarget(30080, { route: 'hostPort' }) },
    'kube-proxy has no part in a host port',
  ],
  [explanation(incident()), 'sea-worker does not run, or did not answer in time'],
])('why there is no rule: %#', (given, why) => expect(notProvenBecause(given)).toBe(why))
