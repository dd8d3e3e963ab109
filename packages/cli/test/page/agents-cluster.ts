import { createCollector } from '@portolan/collector'
import type {
  Binding,
  EchoCount,
  NodeContainer,
  NodeSnapshot,
  ObjectSnapshot,
  Observation,
  Outcome,
  ProbePlan,
  Resource,
  Symptom,
} from '@portolan/core'
import { createFakeClock, silentLog } from '@portolan/testing'

/**
 * A collector with agents that probe what it assigns and see what a test says. A minute has passed when the page is
 * opened, and no time passes afterwards.
 */
export interface AgentsCluster {
  url: string
  stop(): Promise<void>
}

const CLUSTER = 'dev'
const BINDING: Binding = { listenAddress: '127.0.0.1', hostPort: 30080, containerPort: 30080, protocol: 'tcp' }
const ALIVE_MS = 1000
/** Longer than an agent may be silent. */
const WATCHED_MS = 60_000

/**
 * Port 30080 is mapped to `dev-worker`, its one pod is on `dev-worker2`.
 *
 * @param options.silent nodes whose agents are heard once, and not any more
 * @param options.see what a plan shows; `ok` if not told
 */
export async function startAgentsCluster(options: {
  nodes: string[]
  silent?: string[]
  see?(plan: ProbePlan): { symptom?: Symptom; echo?: Partial<EchoCount> } | undefined
}): Promise<AgentsCluster> {
  const { nodes, silent = [], see = () => undefined } = options
  const quiet = () => {}
  const clock = createFakeClock()
  const plans = new Map<string, ProbePlan[]>()
  let sequence = 0
  const collector = createCollector({
    store: ':memory:',
    listen: { host: '127.0.0.1', port: 0 },
    clock,
    log: silentLog,
    onAssign(_cluster, to, assignment) {
      plans.set(to, assignment.plans)
      look(assignment.plans)
    },
    onBurst: quiet,
    onChange: quiet,
  })

  function tell(source: string, observed: Observation): void {
    sequence += 1
    const at = clock.now()
    collector.take({ cluster: CLUSTER, source, boot: 'boot', sequence, at, receivedAt: at, observed })
  }

  function look(planned: ProbePlan[]): void {
    for (const plan of planned)
      tell(`agent/${plan.vantage.slice('node/'.length)}`, { kind: 'outcome', outcome: seen(plan) })
  }

  function seen(plan: ProbePlan): Outcome {
    const { symptom = 'ok', echo = {} } = see(plan) ?? {}
    const { target, vantage, timeoutMs } = plan
    const durationMs = symptom === 'ok' ? 0.3 + (sequence % 7) / 10 : timeoutMs
    const counted = { sent: 8, lost: 0, duplicated: 0, reordered: 0, keptSent: 8, keptLost: 0, ...echo }
    return {
      target,
      vantage,
      timeoutMs,
      symptom,
      durationMs,
      startedAt: clock.now(),
      burst: false,
      phases: {},
      ...(target.startsWith('peer:') ? { protocol: 'echo', echo: counted } : { protocol: 'http' }),
    }
  }

  function sayAlive(): void {
    for (const node of nodes) {
      if (!silent.includes(node))
        tell(`agent/${node}`, { kind: 'agent', node, address: addressOf(node), echoPort: 9466 })
    }
    for (const [to, planned] of plans) if (!silent.includes(to.slice('node/'.length))) look(planned)
  }

  const addressOf = (node: string) => `172.18.0.${nodes.indexOf(node) + 2}`
  await collector.start()
  for (const fact of found(nodes, addressOf, clock.now() - 600_000))
    tell(fact.kind === 'listed' ? 'kube' : 'prober', fact)
  for (const node of silent) {
    tell(`agent/${node}`, { kind: 'agent', node, address: addressOf(node), echoPort: 9466 })
  }
  for (let passed = 0; passed < WATCHED_MS; passed += ALIVE_MS) {
    sayAlive()
    await clock.pass(ALIVE_MS)
  }
  return { url: `http://127.0.0.1:${collector.address?.port}`, stop: collector.stop }
}

function found(nodes: string[], addressOf: (node: string) => string, since: number): Observation[] {
  const identified = (name: string, namespace = 'web') => ({
    namespace,
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    createdAt: since,
  })
  const containers = nodes.map((name): NodeContainer => {
    const bindings = name === 'dev-worker' ? [BINDING] : []
    return {
      id: `id-${name}`,
      name,
      role: 'worker',
      state: 'running',
      startedAt: since,
      addresses: [addressOf(name)],
      bindings,
      wished: bindings,
    }
  })
  const listed = (resource: Resource, ...objects: ObjectSnapshot[]): Observation => ({
    kind: 'listed',
    resource,
    objects,
  })
  const nodeObjects = nodes.map(
    (name): NodeSnapshot => ({
      ...identified(name, ''),
      kind: 'Node',
      labels: {},
      taints: [],
      unschedulable: false,
      addresses: [addressOf(name)],
      ready: { status: 'True', reason: 'KubeletReady', message: '', since },
    }),
  )
  return [
    { kind: 'vantages', lan: null, loopback6: false },
    { kind: 'containers', containers },
    listed('nodes', ...nodeObjects),
    listed('pods', {
      ...identified('web-1'),
      kind: 'Pod',
      node: 'dev-worker2',
      owner: null,
      addresses: ['10.244.1.7'],
      phase: 'Running',
      ready: true,
      readySince: since,
      unschedulable: null,
      disruption: null,
      deletedAt: 0,
      containers: [],
      placement: {
        labels: { app: 'web' },
        hostNetwork: false,
        nodeSelector: {},
        tolerations: [],
        requiredNodeTerms: [],
        ports: [{ name: 'http', containerPort: 8080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
      },
    }),
    listed('services', {
      ...identified('web'),
      kind: 'Service',
      type: 'NodePort',
      selector: { app: 'web' },
      externalTrafficPolicy: 'Cluster',
      clusterIP: '10.96.0.80',
      publishNotReadyAddresses: false,
      annotations: {},
      managedByHelm: false,
      ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: 30080, protocol: 'TCP', appProtocol: '' }],
    }),
    listed('endpointslices', {
      ...identified('web-x1'),
      kind: 'EndpointSlice',
      service: 'web',
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.7'],
          node: 'dev-worker2',
          pod: { name: 'web-1', uid: 'uid-web-1' },
          ready: true,
          serving: true,
          terminating: false,
        },
      ],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    }),
  ]
}
