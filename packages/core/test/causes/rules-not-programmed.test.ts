import { expect, test } from '@jest/globals'
import { type Cause, explainTarget, type PodSnapshot } from '../../src/index.ts'
import { placement, pod, START } from '../builders.ts'
import { DROPPED, REJECTED, type World } from '../world.ts'
import { answered, PORT, podSeen, scene, see, SERVICE, verdictOf } from '../diagnosis/scene.ts'

function proxy(on: string, more: Partial<PodSnapshot> = {}): PodSnapshot {
  const shape = placement({ labels: { 'k8s-app': 'kube-proxy' }, hostNetwork: true, ports: [] })
  return pod(`kube-proxy-${on}`, on, { namespace: 'kube-system', placement: shape, owner: null, ...more })
}

const crashing: Partial<PodSnapshot> = {
  ready: false,
  readySince: START - 300_000,
  containers: [
    {
      name: 'kube-proxy',
      ready: false,
      restartCount: 7,
      containerID: '',
      state: 'waiting',
      reason: 'CrashLoopBackOff',
      message: '',
      exitCode: 1,
      since: 0,
    },
  ],
}
const well = [proxy('a'), proxy('b'), proxy('c')]
const crashes = [proxy('a', crashing), proxy('b'), proxy('c')]
const missing = [proxy('b'), proxy('c')]

test.each<[string, World, Cause, string, Cause[]]>([
  [
    'kube-proxy crashes on the mapped node, which reaches the pods and not the Service',
    see(scene({ on: 'b', agents: true, more: crashes }), REJECTED, {
      inside: { ...podSeen('ok'), [`${SERVICE}@node/a`]: 'connect_timeout' },
    }),
    'rules_not_programmed',
    'proven',
    [],
  ],
  [
    'it is missing on the mapped node alone',
    see(scene({ on: 'b', agents: true, more: missing }), REJECTED, {
      inside: { ...podSeen('ok'), [`${SERVICE}@node/a`]: 'connect_timeout' },
    }),
    'rules_not_programmed',
    'proven',
    [],
  ],
  [
    'nobody listens where kube-proxy says how it is',
    see(scene({ on: 'b', agents: true, more: well }), REJECTED, {
      inside: { ...podSeen('ok'), [`${SERVICE}@node/a`]: 'connect_timeout', 'kube-proxy:a@node/a': 'refused' },
    }),
    'rules_not_programmed',
    'proven',
    [],
  ],
  [
    'it was frozen before anybody looked: its rules are there, and may be old',
    see(scene({ on: 'b', agents: true, more: well }), DROPPED, {
      inside: { ...podSeen('ok'), [`${SERVICE}@node/a`]: 'connect_timeout', 'kube-proxy:a@node/a': 'silent' },
    }),
    'kube_proxy_stale',
    'ambiguous',
    ['rules_not_programmed'],
  ],
  [
    'without agents a broken path looks the same',
    see(scene({ on: 'b', more: crashes }), DROPPED, { witnesses: { 'node:b:30080': 'ok' } }),
    'rules_not_programmed',
    'ambiguous',
    ['cross_node'],
  ],
  [
    'with kube-proxy well the neighbours of before are said',
    see(scene({ on: 'b', more: well }), DROPPED, { witnesses: { 'node:b:30080': 'ok' } }),
    'cross_node',
    'ambiguous',
    ['kube_proxy_stale', 'network_policy'],
  ],
  [
    'it crashes, and the application hangs at its own node: not the rules',
    see(answered(scene({ on: 'b', agents: true, more: crashes })), DROPPED, {
      inside: { ...podSeen('silent'), [`${SERVICE}@node/a`]: 'silent' },
    }),
    'app_slow',
    'proven',
    [],
  ],
  [
    'it crashes, and policy Local keeps the mapped node out: not the rules',
    see(scene({ on: 'b', policy: 'Local', more: crashes }), DROPPED, { witnesses: { 'node:b:30080': 'ok' } }),
    'etp_local',
    'proven',
    [],
  ],
])('%s', (_, world, cause, confidence, candidates) => {
  expect(verdictOf(world)).toEqual({ cause, confidence, candidates })
  expect(explainTarget(world.state, PORT, world.now)?.ruledOut.map((one) => one.because)).not.toContain('')
})

test('a kube-proxy that crashes while the port answers is no incident', () => {
  expect(verdictOf(answered(scene({ on: 'b', more: crashes })))).toBeNull()
})
