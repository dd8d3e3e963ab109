import { describe, expect, test } from '@jest/globals'
import type { AgentPoint } from '../../src/probing/agent-point.ts'
import type { RuleContext, Seen } from '../../src/causes/context.ts'
import { assessContext } from '../../src/diagnosis/assess.ts'
import { unproven } from '../../src/diagnosis/unproven.ts'
import { RULES, type Remedy, readTargets } from '../../src/index.ts'
import type { Route } from '../../src/route/claim.ts'
import * as edits from '../../src/remedies/edits.ts'
import { podGroups } from '../../src/cluster/pod-group.ts'
import { asCommand } from '../../src/remedies/as-command.ts'
import type { EditRemedy } from '../../src/model/verdict.ts'
import { createProbeHistory } from '../../src/probing/probe-history.ts'
import { buildContext } from '../../src/diagnosis/build-context.ts'
import type { NetworkPolicySnapshot, PodSnapshot } from '../../src/model/snapshot.ts'
import { container, deployment, mapped, node, overUdp, placement, pod, service, slice } from '../builders.ts'
import { wordsIn } from '../shell.ts'
import { createWorld, DOCKER, outcomeOf, type World } from '../world.ts'

/** What something in the cluster is called. */
type Call = (word: string) => string

const tame: Call = (word) => `<${word}>`
const hostile: Call = (word) => `--${word}=; touch x #\n'"\\$(id)\`id\`\u{1b}[201~\u{202e}`

/** A cluster with everything that a printed command can name. */
function clusterOf(call: Call): World {
  const world = createWorld()
  Object.assign(world.state.settings, { context: call('context'), kubeconfig: call('kubeconfig') })
  const named = { namespace: call('namespace'), name: call('workload') }
  const template = placement({ nodeSelector: { [call('key')]: call('value') } })
  const behind = [
    pod(call('pod'), call('node'), { namespace: named.namespace, addresses: [call('address')] }),
    waiting(call),
  ]
  const taints = [{ key: call('taint'), value: call('taint value'), effect: 'NoSchedule' as const }]
  world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
  world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
  world.containers(
    mapped(call('node'), { 80: 30080 }),
    overUdp(mapped(call('other'), { 53: 30053 })),
    container(call('control plane'), { role: 'control-plane' }),
  )
  world.list([
    node(call('node'), { labels: { 'kubernetes.io/hostname': call('hostname') }, taints }),
    deployment({ ...named, template, replicas: 1, rollout: { surge: 1, unavailable: 0 } }),
    ...behind,
    pod(call('kube-proxy'), call('node'), {
      namespace: 'kube-system',
      uid: 'kube-proxy',
      placement: placement({ labels: { 'k8s-app': 'kube-proxy' } }),
    }),
    service({ namespace: named.namespace, name: call('service') }),
    slice(behind, { namespace: named.namespace, service: call('service') }),
    overUdpService(call),
    service({ ...named, name: call('unmapped'), uid: 'unmapped', ports: [{ ...PORT, nodePort: 31000 }] }),
    policy(call),
  ])
  return world
}

const PORT = { name: 'web', port: 80, targetPort: '8080', nodePort: 0, protocol: 'TCP' as const, appProtocol: '' }

function overUdpService(call: Call) {
  const ports = [{ ...PORT, nodePort: 30053, protocol: 'UDP' as const }]
  return service({ namespace: call('namespace'), name: call('udp service'), uid: 'udp', ports })
}

function waiting(call: Call): PodSnapshot {
  const message = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
  return pod(call('waiting'), null, {
    namespace: call('namespace'),
    owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' },
    unschedulable: { status: 'False', reason: 'Unschedulable', message, since: 0 },
  })
}

function crashing(call: Call): PodSnapshot {
  const [one] = pod('web', null).containers
  if (one === undefined) throw new Error('a pod has a container')
  const bad = { ...one, name: call('container'), state: 'waiting' as const, reason: 'CrashLoopBackOff' }
  return pod(call('pod'), call('node'), { namespace: call('namespace'), ready: false, containers: [bad] })
}

function policy(call: Call): NetworkPolicySnapshot {
  const { uid, resourceVersion, createdAt } = deployment()
  const pods = { matchLabels: {}, matchExpressions: [] }
  const at = { namespace: call('namespace'), name: call('policy') }
  return { kind: 'NetworkPolicy', ...at, uid, resourceVersion, createdAt, pods, ingress: [] }
}

/** One port in all the ways that make a rule advise something else. */
function contextsOf(world: World, call: Call): RuleContext[] {
  const track = [...world.state.ports.tracks.values()].find(({ path }) => path.mapping.hostPort === 80)
  if (track === undefined) throw new Error('the port is mapped')
  const found = { ...buildContext(world.state, track, world.now) }
  const { path } = found
  const along = (more: Partial<typeof path>): RuleContext => ({ ...found, path: { ...path, ...more } })
  const routes: Route[] = [{ kind: 'hostPort', port: 30080 }, { kind: 'none' }]
  const scaledTo0 = path.workloads.map((one) => ({ ...one, replicas: 0 }))
  const cut = { ...path.mapping, inForce: false }
  const unmapped = service({
    namespace: call('namespace'),
    name: call('unmapped'),
    ports: [{ ...PORT, port: path.mapping.containerPort, nodePort: 31000 }],
  })
  return [
    { ...found, unmapped: [{ service: unmapped, nodePort: 31000 }] },
    { ...found, kubeProxies: [] },
    ...routes.map((route) => along({ route, workloads: path.workloads })),
    along({ pods: [] }),
    along({ pods: [crashing(call)] }),
    along({ pods: [], workloads: scaledTo0 }),
    along({ workloads: path.workloads.map((one) => ({ ...one, kind: 'DaemonSet' })) }),
    along({ container: { ...path.container, state: 'paused' }, mapping: cut }),
    along({ policy: policy(call) }),
    { ...found, changedAt: null, agents: reaching(call, world.now) },
    behindABalancer(found, call, world.now),
  ]
}

/** A balancer leads to a node that is stopped, and to one that answers. */
function behindABalancer(found: RuleContext, call: Call, at: number): RuleContext {
  const { path } = found
  const [stopped, well] = [call('stopped'), call('well')]
  const seen = (node: string, symptom: 'ok' | 'connect_timeout'): Seen => {
    const target = `node:${node}:30080`
    const last = outcomeOf(target, 'host/node-address', symptom, at)
    const address = { vantage: 'host/node-address', target, address: '172.18.0.9', port: 30080 } as const
    return {
      point: { ...address, role: 'witness', why: '' },
      history: { ...createProbeHistory(), last, failures: symptom === 'ok' ? 0 : 2 },
    }
  }
  return {
    ...found,
    changedAt: null,
    containers: [...found.containers, { ...path.container, name: stopped, state: 'exited' }],
    backends: [seen(stopped, 'connect_timeout'), seen(well, 'ok')],
    path: { ...path, balanced: { program: 'nginx', backends: [{ node: stopped }, { node: well }] } },
  }
}

/** The agent on the mapped node reaches the pods on another node, and the Service. */
function reaching(call: Call, at: number): AgentPoint[] {
  const last = outcomeOf('pod', 'node/a', 'ok', at)
  const where = { plan: 'plan', target: 'pod', vantage: 'node/a' as const, address: '10.244.1.7', port: 8080 }
  const from = { ...where, from: call('node'), history: { ...createProbeHistory(), last } }
  const endpoint = { podUID: 'other', podName: 'other', node: call('other') }
  return [
    { ...from, subject: { kind: 'pod', endpoint } },
    { ...from, subject: { kind: 'cluster address' } },
  ]
}

function remediesOf(rule: { remedies(context: RuleContext): Remedy[] }, call: Call): string[] {
  return contextsOf(clusterOf(call), call).flatMap((one) => commandsIn(rule.remedies(one)))
}

function commandsIn(remedies: readonly Remedy[]): string[] {
  return remedies.flatMap(({ command }) => (command === undefined ? [] : [command]))
}

/** Every edit that can be made of this cluster. */
function editsOf(world: World): EditRemedy[] {
  const { inventory } = world.state
  const [web] = [...inventory.services.values()].toSorted((a, b) => a.createdAt - b.createdAt)
  const [worker] = inventory.nodes.values()
  const [barrier] = inventory.policies.values()
  const groups = podGroups({
    cluster: 'kind',
    containers: inventory.containers,
    nodes: [...inventory.nodes.values()],
    backends: new Map(),
    services: [...inventory.services.values()],
    workloads: [...inventory.workloads.values()],
    slices: [],
    pods: [],
    staying: [],
    policies: [],
    routes: [],
    customs: [],
    superseded: [],
    autoscalers: [],
    flaws: new Map(),
    doubts: new Map(),
    neededFamilies: new Map(),
    unread: [],
    patching: [],
    volumes: [],
    isComplete: true,
    machine: null,
    network: null,
    volumesUnknown: null,
    enforcesPolicies: null,
    loadBalancers: null,
  })
  const [group] = groups
  const port = web?.ports[0]
  if (!web || !worker || !barrier || !group || !port) throw new Error('the cluster has one of each')
  const set = { ...group, kind: 'DaemonSet' as const }
  return [
    edits.policyCluster(web),
    edits.pinTo(group, worker),
    edits.pinTo(set, worker),
    edits.labelNode(group, worker) ?? { text: 'no label', edits: [] },
    edits.fixNodePort(web, port, 30080),
    edits.selectPods(web, group),
    edits.scaleUp(group),
    edits.letIn(barrier, 80, 'TCP'),
    edits.withoutSurge(group),
    edits.withoutSurge(set),
  ]
}

/** In the place of each tame name the hostile one, as deep as JSON holds it. */
function renamed(word: string): string {
  const [, option = '', json] = /^(--patch=)([[{].*)$/s.exec(word) ?? []
  if (json !== undefined) return `${option}${JSON.stringify(renameIn(JSON.parse(json)))}`
  return word.replaceAll(/<([\w -]+)>/g, (_, name: string) => hostile(name))
}

function renameIn(value: unknown): unknown {
  if (typeof value === 'string') return renamed(value)
  if (Array.isArray(value)) return value.map(renameIn)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [renamed(key), renameIn(one)]))
}

/** The hostile names are where the tame ones are, and where one begins with a dash the options have ended. */
function expectAlike(tameLines: readonly string[], hostileLines: readonly string[]): void {
  const expected = wordsIn(tameLines).map((words) =>
    words.map((word) => (word.startsWith('--field-selector=') ? escaped(word) : renamed(word))),
  )
  const found = wordsIn(hostileLines)
  expect(found.map((words) => words.filter((word) => word !== END))).toEqual(expected)
  for (const words of found) {
    const options = words.includes(END) ? words.slice(0, words.indexOf(END)) : words
    expect(options.filter((word) => HOSTILE_OPTION.test(word))).toEqual([])
  }
}

/** Of a program that reads no option after it. */
const END = '--'
/** As `hostile` begins a name. */
const HOSTILE_OPTION = /^--[\w -]+=; touch/

/** In a field selector a comma, an equals sign and a backslash are escaped. */
function escaped(word: string): string {
  return word.replaceAll(/<([\w -]+)>/g, (_, name: string) => hostile(name).replaceAll(/[\\,=]/g, '\\$&'))
}

describe('whatever things in the cluster are called, a printed command has the words that were meant', () => {
  test.each(RULES)('$cause', (rule) => {
    expectAlike(remediesOf(rule, tame), remediesOf(rule, hostile))
  })

  test('an unproven verdict', () => {
    const rule = { remedies: (context: RuleContext) => unproven(assessContext(context)).remedies }
    expect(remediesOf(rule, tame)).not.toEqual([])
    expectAlike(remediesOf(rule, tame), remediesOf(rule, hostile))
  })

  test('an edit', () => {
    const commands = (call: Call) => {
      const world = clusterOf(call)
      return commandsIn(editsOf(world).map((edit) => asCommand(world.state, edit)))
    }
    expect(commands(tame)).toHaveLength(10)
    expectAlike(commands(tame), commands(hostile))
  })

  test('the note of a port that is not probed', () => {
    const commands = (call: Call) =>
      readTargets(clusterOf(call).state).flatMap(({ note }) => /Set it: (.*) \(or/s.exec(note ?? '')?.[1] ?? [])
    expect(commands(tame)).toHaveLength(1)
    expectAlike(commands(tame), commands(hostile))
  })
})

test('every rule is tried with each command that it can print', () => {
  const silent = RULES.filter((rule) => remediesOf(rule, tame).length === 0).map(({ cause }) => cause)
  expect(silent).toEqual(['prober_offline', 'service_deleted', 'app_starting'])
})
