import { describe, expect, test } from '@jest/globals'
import { type Drained, foreseeDrain, objectsOf, type ObjectSnapshot, type PodPlacement } from '../../src/index.ts'
import { deployment, node, placement, pod, replicaSet, service } from '../builders.ts'
import { createKnownWorld } from '../world.ts'

const A: Drained = { kind: 'node', name: 'a' }
const B: Drained = { kind: 'node', name: 'b' }
const surge = { surge: 1, unavailable: 0 }

/** Port 30080 is mapped to worker `a`; the pods of the Deployment are on these nodes. */
function running(
  policy: 'Local' | 'Cluster',
  places: string[],
  template: PodPlacement = placement(),
): ObjectSnapshot[] {
  const replicas = places.length
  return [
    deployment({ template, replicas, rollout: surge }),
    replicaSet('1', { template, replicas }),
    service({ externalTrafficPolicy: policy }),
    ...places.map((place, index) => pod(`web-${index}`, place, { placement: template })),
  ]
}

function drain(objects: ObjectSnapshot[], drained: Drained) {
  const known = objectsOf(createKnownWorld(objects).state)
  if (known === null) throw new Error('the objects are not known')
  return foreseeDrain(known, drained)
}

const portOf = (objects: ObjectSnapshot[], drained: Drained) => drain(objects, drained).ports[0]

describe('a drain', () => {
  test('of the mapped node leaves a port with policy Local dark until somebody mends it', () => {
    const port = portOf(running('Local', ['a']), A)
    expect(port).toMatchObject({ answersNow: true, darkUntil: 'mended', darkProbability: 1, cause: 'etp_local' })
    expect(port?.remedies.map(({ command }) => command)).toEqual([
      expect.stringContaining('patch service/web --patch=\'{"spec":{"externalTrafficPolicy":"Cluster"}}\''),
    ])
  })

  test('of another node changes nothing for a pod that stays', () => {
    expect(portOf(running('Local', ['a', 'b']), B)).toMatchObject({
      verdict: 'fine',
      darkUntil: null,
      summary: 'Pod default/web-0 stays on a.',
    })
  })

  test('of the node where its pod is may bring a dark port back', () => {
    expect(portOf(running('Local', ['b']), B)).toMatchObject({
      answersNow: false,
      darkUntil: 'mended',
      darkProbability: 0.5,
    })
  })

  test('takes the pod that is evicted to the emptiest node, wherever the other one stays', () => {
    const port = portOf(running('Local', ['b', 'c']), B)
    expect(port?.darkProbability).toBe(0)
    expect(port?.summary).toContain('1 pod of Deployment default/web may land on a and c')
  })

  test('of the node with the only pod leaves any port dark until the new one is ready, and a rollout prevents it', () => {
    const port = portOf(running('Cluster', ['b']), B)
    expect(port).toMatchObject({ darkUntil: 'ready', darkMs: 10_000, darkProbability: 1, cause: 'rollout_gap' })
    expect(port?.summary).toBe(
      'Only Pod default/web-0 answers, and is evicted: nothing answers until a new pod is ready (the last one took 10 s).',
    )
    expect(port?.remedies[0]?.command).toBe(
      'kubectl --context=kind-kind cordon b && kubectl --context=kind-kind --namespace=default rollout restart deployment/web && kubectl --context=kind-kind --namespace=default rollout status deployment/web',
    )
  })

  test('is fine for a port that another pod goes on to answer', () => {
    expect(portOf(running('Cluster', ['a', 'b']), A)).toMatchObject({ verdict: 'fine', darkUntil: null })
  })

  test('of the only node that may hold the pods leaves the port dark', () => {
    const pinned = placement({ nodeSelector: { 'kubernetes.io/hostname': 'b' } })
    const port = portOf(running('Cluster', ['b'], pinned), B)
    expect(port).toMatchObject({ cause: 'pod_pending', darkUntil: 'mended' })
    expect(port?.remedies[0]?.command).toBe(
      `kubectl --context=kind-kind --namespace=default patch deployment/web --patch='{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":null}}}}}'`,
    )
  })

  test('leaves what DaemonSets and the kubelet keep', () => {
    const daemons = deployment({ kind: 'DaemonSet', replicas: 3 })
    const owner = { kind: 'DaemonSet', name: 'web', uid: daemons.uid }
    const fixed = pod('kube-proxy', 'a', {
      owner: { kind: 'Node', name: 'a', uid: 'node-a' },
      placement: placement({ labels: {} }),
    })
    const forecast = drain([daemons, service(), pod('web-1', 'a', { owner }), fixed], A)
    expect(forecast.evicted).toEqual([])
    expect(forecast.ports[0]).toMatchObject({ verdict: 'fine' })
  })

  test('ends a pod that no controller keeps', () => {
    const forecast = drain([service({ externalTrafficPolicy: 'Cluster' }), pod('web-1', 'b', { owner: null })], B)
    expect(forecast.ports[0]).toMatchObject({ darkUntil: 'mended', cause: 'no_endpoints', darkProbability: 1 })
    expect(forecast.notes.join(' ')).toContain('A drain refuses Pod default/web-1 without --force')
  })

  test('says nothing of how long a pod takes that has restarted', () => {
    const containers = pod('web-0', 'b').containers.map((one) => ({ ...one, restartCount: 2 }))
    const objects = [...running('Cluster', ['b']), pod('web-0', 'b', { containers })]
    expect(portOf(objects, B)).toMatchObject({ darkUntil: 'ready', darkMs: null })
  })

  test('passes on what is wrong with the port whatever is drained', () => {
    const objects = [...running('Cluster', ['b']), node('c', { unschedulable: true })]
    expect(portOf([...objects, service({ selector: { app: 'wep' } })], A)).toMatchObject({
      answersNow: false,
      verdict: 'always_dark',
    })
  })
})

test('a pod that is evicted alone may come back on any node', () => {
  const port = portOf(running('Local', ['a']), { kind: 'pod', namespace: 'default', name: 'web-0' })
  expect(port?.darkProbability).toBeCloseTo(2 / 3)
  expect(port).toMatchObject({ answersNow: true, darkUntil: 'mended' })
})

test('a forecast of a drain is the same when its objects have travelled', () => {
  const known = objectsOf(createKnownWorld(running('Local', ['a'])).state)
  const travelled = JSON.parse(JSON.stringify(known))
  expect(foreseeDrain(travelled, A)).toEqual(foreseeDrain(known ?? travelled, A))
})
