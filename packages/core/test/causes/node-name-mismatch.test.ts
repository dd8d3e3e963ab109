import { describe, expect, test } from '@jest/globals'
import type { Cause, Symptom } from '../../src/index.ts'
import { DROPPED, type World } from '../world.ts'
import { answered, podSeen, scene, see, SERVICE, verdictOf } from '../diagnosis/scene.ts'

const MAPPED = 'node:a:30080'
/** Other nodes reach the pod itself, and not the port of the node that holds it. */
const PORT_ALONE: Record<string, Symptom> = {
  ...podSeen('ok'),
  [`${SERVICE}@node/a`]: 'ok',
  [`${MAPPED}@node/c`]: 'connect_timeout',
}

const local = () => scene({ on: 'a', policy: 'Local', agents: true })

describe('policy Local drops on the very node of the pod', () => {
  test.each<[string, World, Cause, string, Cause[]]>([
    [
      'the pod answers other nodes, the node port drops them: kube-proxy takes no endpoint for its own',
      see(local(), DROPPED, { inside: PORT_ALONE }),
      'node_name_mismatch',
      'likely',
      [],
    ],
    [
      'nobody looked at the rules of the node: they may be old',
      see(local(), DROPPED, { inside: { ...podSeen('ok'), [`${MAPPED}@node/c`]: 'connect_timeout' } }),
      'node_name_mismatch',
      'ambiguous',
      ['kube_proxy_stale'],
    ],
    [
      'the pod answers its own node alone: a policy does that',
      see(local(), DROPPED, { inside: { ...PORT_ALONE, ...podSeen('connect_timeout', { a: 'ok' }) } }),
      'unproven',
      'unproven',
      ['network_policy'],
    ],
    [
      'nobody looked at the port of the node: what agents saw leaves no other candidate',
      see(local(), DROPPED, { inside: { ...podSeen('ok'), [`${SERVICE}@node/a`]: 'ok' } }),
      'unproven',
      'unproven',
      ['node_name_mismatch'],
    ],
  ])('%s', (_, world, cause, confidence, candidates) => {
    expect(verdictOf(world)).toEqual({ cause, confidence, candidates })
  })

  test.each<[string, World]>([
    ['of a policy Cluster', see(scene({ on: 'a', agents: true }), DROPPED, { inside: PORT_ALONE })],
    [
      'where the pod is elsewhere',
      see(scene({ on: 'b', policy: 'Local', agents: true }), DROPPED, { inside: PORT_ALONE }),
    ],
    ['of a port that has answered', see(answered(local()), DROPPED, { inside: PORT_ALONE })],
    [
      'where the node refuses instead',
      see(local(), DROPPED, { inside: { ...PORT_ALONE, [`${MAPPED}@node/c`]: 'refused' } }),
    ],
    [
      'where another node does reach the port',
      see(local(), DROPPED, { inside: { ...PORT_ALONE, [`${MAPPED}@node/c`]: 'ok' } }),
    ],
  ])('is not said %s', (_, world) => {
    expect(verdictOf(world)?.cause).not.toBe('node_name_mismatch')
  })
})
