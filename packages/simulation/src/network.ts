import type { ClusterModel, Fate } from '@portolan/practice'
import type { Call, Exchange, Seen } from '@portolan/probes'
import { ECHO_PORT } from './surroundings.ts'

/** Where a call comes from. */
export type Place = { at: 'host' } | { at: 'node'; node: string }

/** What a call meets: what becomes of its SYN, whether a proxy on the host has taken it before, and what answers. */
interface Met {
  fate: Fate
  isProxied: boolean
}

const KUBE_PROXY_HEALTH = 10256
/** The kernel sends a SYN again after so long, and so does the engine's proxy. */
const SYN_AGAIN_MS = 1000
const HTTP_ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nserver: practice\r\ncontent-length: 3\r\n\r\nok\n',
)
const NOBODY: Fate = { kind: 'reject', why: 'port_mismatch' }

/** Calls through a model of the network in place of sockets. */
export type Network = ReturnType<typeof createNetwork>

export function createNetwork(options: {
  random: () => number
  /** The nodes' own addresses lead nowhere from the host, as with a desktop engine. */
  isDesktop: boolean
  /** A peer's echo answers. */
  echoes(node: string): boolean
}) {
  const { random, isDesktop, echoes } = options

  /** How it is now: it may be another way a second later. */
  function meet(model: ClusterModel, from: Place, { address, port }: Call): Met {
    if (address.startsWith('127.') || address === HOST_ADDRESS) return { fate: atHost(model, port), isProxied: true }
    const node = [...model.nodes.values()].find(({ machine }) => machine.address === address)
    if (node !== undefined) return { fate: atNode(model, from, node.name, port), isProxied: false }
    if (from.at === 'host') return { fate: { kind: 'drop', why: 'node_address_moved' }, isProxied: false }
    return { fate: inside(model, from.node, address, port), isProxied: false }
  }

  function atHost(model: ClusterModel, port: number): Fate {
    for (const { name, machine } of model.nodes.values()) {
      const published = machine.ports.find(({ hostPort }) => hostPort === port)
      if (published === undefined) continue
      return machine.running && machine.unheard === null ? model.fate(name, published.containerPort) : REFUSED_BY_HOST
    }
    return REFUSED_BY_HOST
  }

  function atNode(model: ClusterModel, from: Place, name: string, port: number): Fate {
    if (from.at === 'host' && isDesktop) return { kind: 'drop', why: 'node_down' }
    const away = model.terrain.away(name)
    if (away !== null) return { kind: 'drop', why: away }
    if (port === ECHO_PORT) return echoes(name) ? ANSWERED : NOBODY
    if (port !== KUBE_PROXY_HEALTH) return model.fate(name, port)
    if (model.terrain.proxyFrozen(name)) return { kind: 'stall', why: 'kube_proxy_stale' }
    const proxy = model.nodes.get(name)?.kubeProxy
    const isStarting = proxy === undefined || (proxy.rules().size === 0 && !proxy.synced())
    return isStarting ? NOBODY : ANSWERED
  }

  function inside(model: ClusterModel, from: string, address: string, port: number): Fate {
    if (model.terrain.away(from) !== null) return { kind: 'drop', why: 'node_down' }
    const pod = model.store.list('pods').find(({ status }) => status.podIP === address)
    if (pod !== undefined) {
      const listens = pod.spec.containers.some(({ ports = [] }) => ports.some((one) => one.containerPort === port))
      const fate = model.fateOfPod(from, { uid: pod.metadata.uid, node: pod.spec.nodeName ?? '' })
      return fate.kind === 'answer' && !listens ? NOBODY : fate
    }
    const service = model.store.list('services').find(({ spec }) => spec.clusterIP === address)
    const nodePort = service?.spec.ports.find((one) => one.port === port)?.nodePort
    const rule = nodePort === undefined ? undefined : model.terrain.rules(from).get(nodePort)
    if (rule === undefined) return service === undefined ? { kind: 'drop', why: 'no_endpoints' } : NOBODY
    const backend = rule.anywhere[Math.floor(random() * rule.anywhere.length)]
    return backend === undefined ? NOBODY : model.fateOfPod(from, backend)
  }

  function exchangeFrom(model: ClusterModel, from: Place): Exchange {
    return (call, clock, done) => {
      const startedAt = clock.now()
      const begun = clock.monotonic()
      let cancel = () => {}
      const end = (ms: number, seen: () => Omit<Seen, 'startedAt' | 'durationMs'>) => {
        cancel = clock.after(ms, () => done({ startedAt, durationMs: clock.monotonic() - begun, ...seen() }))
      }
      const dial = (waitMs: number) => {
        const { fate, isProxied } = meet(model, from, call)
        const left = call.timeoutMs - (clock.monotonic() - begun)
        const tookMs = 0.5 + random() * 2
        if (fate.kind === 'answer' && !fate.application.frozen()) return end(tookMs, () => answerTo(call))
        if (fate.kind === 'answer' || fate.kind === 'stall') return end(left, () => SILENT)
        if (fate.kind === 'reject') return end(tookMs, () => refusal(isProxied && fate !== REFUSED_BY_HOST, random))
        if (isProxied && fate.resetAfterMs !== undefined && fate.resetAfterMs < left)
          return end(fate.resetAfterMs, () => RESET)
        if (waitMs >= left) return end(left, () => (isProxied ? SILENT : TIMED_OUT))
        cancel = clock.after(waitMs, () => dial(waitMs * 2))
      }
      dial(SYN_AGAIN_MS)
      return () => cancel()
    }
  }

  return { exchangeFrom }
}

/** Another address of the host than loopback. */
export const HOST_ADDRESS = '192.0.2.10'

const REFUSED_BY_HOST: Fate = { kind: 'reject', why: 'node_down' }

/** Something answers that is no pod. */
const ANSWERED: Fate = {
  kind: 'answer',
  why: null,
  application: { frozen: () => false } as Extract<Fate, { kind: 'answer' }>['application'],
}

type Told = Omit<Seen, 'startedAt' | 'durationMs'>

const SILENT: Told = { symptom: 'silent', phases: { connect: 0.3 }, failedIn: 'first_byte' }
const TIMED_OUT: Told = { symptom: 'connect_timeout', phases: {}, failedIn: 'connect' }
const RESET: Told = { symptom: 'reset', phases: { connect: 0.3 }, failedIn: 'first_byte' }
const CLOSED: Told = { ...RESET, symptom: 'closed' }
const REFUSED: Told = { symptom: 'refused', phases: {}, failedIn: 'connect' }

/** Behind a proxy that has accepted it, it ends either way. */
function refusal(isAccepted: boolean, random: () => number): Told {
  if (!isAccepted) return REFUSED
  return random() < 0.5 ? CLOSED : RESET
}

/** Everything that answers speaks HTTP, but for the echo. */
function answerTo({ dialogue, port }: Call): Told {
  const phases = { connect: 0.3, first_byte: 1 }
  if (port === ECHO_PORT) {
    const echo = { sent: 3, lost: 0, duplicated: 0, reordered: 0, keptSent: 3, keptLost: 0 }
    return { symptom: 'ok', phases, echo }
  }
  const speaks = { protocol: 'http', name: 'HTTP', greets: false } as const
  if (dialogue.tls !== undefined) return { symptom: 'tls_error', phases, failedIn: 'tls', speaks }
  const verdict = dialogue.judge(HTTP_ANSWER, true)
  if (verdict === null) return { ...CLOSED, symptom: 'truncated' }
  const { more: _, closing: __, ...said } = verdict
  return { ...said, phases }
}
