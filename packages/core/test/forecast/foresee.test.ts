import { describe, expect, test } from '@jest/globals'
import { explainTarget, foresee, readTargets } from '../../src/index.ts'
import { deployment, node, placement, pod, replicaSet, service, slice, withHostPort } from '../builders.ts'
import { createKnownWorld, createWorld, type World } from '../world.ts'

const PORT = 'host:30080'

/** A cluster with one pod of a Deployment of this template on worker `a`, which port 30080 is mapped to. */
function running(policy: 'Local' | 'Cluster', template = placement()): World {
  const only = pod('web-1', 'a', { placement: template })
  const workloads = [deployment({ template }), replicaSet('1', { template })]
  return createKnownWorld([...workloads, service({ externalTrafficPolicy: policy }), only, slice([only])])
}

const probability = (world: World) => readTargets(world.state)[0]?.darkProbability

describe('the next reschedule of a cluster that runs', () => {
  test('may leave a port dark that is green by luck, and says how to keep it', () => {
    const world = running('Local')
    expect(probability(world)).toBeCloseTo(2 / 3)
    const foreseen = explainTarget(world.state, PORT, world.now)?.foreseen
    expect(foreseen).toMatchObject({ verdict: 'may_go_dark', cause: 'etp_local', eligibleNodes: ['a', 'b', 'c'] })
    expect(foreseen?.remedies.map((remedy) => remedy.command)).toEqual([
      `kubectl --context=kind-kind --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
      `kubectl --context=kind-kind --namespace=default patch deployment/web --patch='{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"a"}}}}}'`,
    ])
  })

  test('is fine where every node passes it on', () => {
    expect(probability(running('Cluster'))).toBe(0)
  })

  test('is judged anew when the cluster changes', () => {
    const world = running('Local')
    expect(probability(world)).toBeCloseTo(2 / 3)
    world.set(node('c', { unschedulable: true }))
    expect(probability(world)).toBeCloseTo(1 / 2)
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    expect(probability(world)).toBe(0)
  })

  test('is not worked out again while nothing changes', () => {
    const { state } = running('Local')
    expect(foresee(state)).toBe(foresee(state))
  })

  test('tolerations that are there already stay in the command that adds one', () => {
    const world = running(
      'Local',
      placement({ tolerations: [{ key: 'team', operator: 'Equal', value: 'blue', effect: 'NoSchedule' }] }),
    )
    world.set(node('a', { taints: [{ key: 'gpu', value: '', effect: 'NoSchedule' }] }))
    const foreseen = explainTarget(world.state, PORT, world.now)?.foreseen
    expect(foreseen).toMatchObject({ verdict: 'always_dark', cause: 'mapped_node_excluded', darkProbability: 1 })
    expect(foreseen?.remedies[1]?.command).toContain(
      '"tolerations":[{"key":"team","operator":"Equal","value":"blue","effect":"NoSchedule"},{"key":"gpu","operator":"Exists","effect":"NoSchedule"}]',
    )
  })

  test('a node that lacks the label which the pods ask for gets it by a command', () => {
    const world = running('Local', placement({ nodeSelector: { zone: 'edge' } }))
    world.set(node('b', { labels: { 'kubernetes.io/hostname': 'b', zone: 'edge' } }))
    const remedies = explainTarget(world.state, PORT, world.now)?.foreseen?.remedies ?? []
    expect(remedies.map((remedy) => remedy.command)).toContain('kubectl --context=kind-kind label node/a zone=edge')
  })

  test('a selector that matches nothing is replaced, not added to', () => {
    const world = running('Local')
    world.set(service({ selector: { app: 'wep' } }))
    const [remedy] = explainTarget(world.state, PORT, world.now)?.foreseen?.remedies ?? []
    expect(remedy?.command).toContain(
      `--type=json --patch='[{"op":"add","path":"/spec/selector","value":{"app":"web"}}]'`,
    )
  })

  test('a rollout that needs the port of its own old pod is a warning', () => {
    const template = withHostPort(8000)
    const rollout = { surge: 1, unavailable: 0 }
    const only = pod('web-1', 'a', { placement: template })
    const world = createKnownWorld([deployment({ template, rollout }), replicaSet('1', { template }), only], {
      8000: 8000,
    })
    const [warning] = foresee(world.state)?.warnings ?? []
    expect(warning).toMatchObject({ cause: 'surge_conflict' })
    expect(warning?.remedies[0]?.command).toContain('"maxSurge":0')
  })

  test('a Service that no host port leads to is told, without a command: it takes a new cluster', () => {
    const ports = service().ports.map((port) => ({ ...port, nodePort: 31000 }))
    const world = running('Local')
    world.set(service({ name: 'other', uid: 'service-other', ports }))
    const stranded = foresee(world.state)?.ports.find((port) => port.hostPort === null)
    expect(stranded).toMatchObject({ cause: 'not_mapped' })
    expect(stranded?.remedies[0]).not.toHaveProperty('command')
  })
})

test('nothing is foretold while the objects are not known', () => {
  expect(foresee(createWorld().state)).toBeNull()
})
