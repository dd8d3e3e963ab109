import type { Clock, PortRule, RuleReading } from '@portolan/core'
import type { NodeRules, RuleQuestion } from '@portolan/engine'
import type { HostDoor } from './knock.ts'

/** A host port that is dark, and the port of the node that it leads to. */
export interface DarkPort extends RuleQuestion {
  /** Of the host port. */
  target: string
  door: HostDoor
  /** Why it is dark, as far as that is known: it is looked at again as soon as that changes. */
  cause: string
}

/** Reads the rules of the nodes of dark ports, one after the other. */
export interface RuleWitness {
  /** Exactly these ports of the cluster are dark from now on. */
  look(cluster: string, ports: readonly DarkPort[]): void
  /** Nothing is reported any more; what is being read ends with the engine. */
  stop(): void
}

/** So many ports of a cluster are looked at. */
const MOST_PORTS = 16
const WAIT_MS = { first: 5000, most: 30_000 }

interface Entry {
  cluster: string
  port: DarkPort
  dueAt: number
  waitMs: number
}

export function createRuleWitness(options: {
  clock: Clock
  /** Never rejects. */
  read(question: RuleQuestion): Promise<NodeRules>
  /** Sends packets to the port, and answers how many connections that were. Never rejects. */
  knock(door: HostDoor): Promise<number>
  /** Before each reading. */
  onRead(port: DarkPort): void
  onReading(cluster: string, reading: RuleReading): void
}): RuleWitness {
  const { clock, read, knock, onRead, onReading } = options
  const entries = new Map<string, Entry>()
  let isReading = false
  let stopped = false
  let cancel = () => {}

  function schedule(): void {
    cancel()
    const [next] = [...entries.values()].sort((a, b) => a.dueAt - b.dueAt)
    if (stopped || isReading || next === undefined) return
    cancel = clock.after(Math.max(0, next.dueAt - clock.monotonic()), () => void readNow(next))
  }

  async function readNow(entry: Entry): Promise<void> {
    isReading = true
    await readTwice(entry)
    isReading = false
    schedule()
  }

  async function readTwice(entry: Entry): Promise<void> {
    const { cluster, port } = entry
    onRead(port)
    const from = clock.now()
    const before = await read(port)
    const probes = await knock(port.door)
    const after = await read(port)
    entry.dueAt = clock.monotonic() + entry.waitMs
    entry.waitMs = Math.min(WAIT_MS.most, 2 * entry.waitMs)
    const isWanted = entries.get(keyOf(cluster, port)) === entry
    if (!stopped && isWanted) onReading(cluster, readingOf(port, before, after, { from, to: clock.now(), probes }))
  }

  return {
    look(cluster, ports) {
      const wanted = new Map(ports.slice(0, MOST_PORTS).map((port) => [keyOf(cluster, port), port]))
      for (const [key, entry] of entries) if (entry.cluster === cluster && !wanted.has(key)) entries.delete(key)
      for (const [key, port] of wanted) {
        const known = entries.get(key)
        if (known?.port.container === port.container && known.port.cause === port.cause) continue
        entries.set(key, { cluster, port, dueAt: clock.monotonic(), waitMs: WAIT_MS.first })
      }
      schedule()
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}

function keyOf(cluster: string, { target }: DarkPort): string {
  return `${cluster} ${target}`
}

function readingOf(
  { node, port, protocol, family }: DarkPort,
  before: NodeRules,
  { mode, rules, connections, unread }: NodeRules,
  when: Pick<RuleReading, 'from' | 'to' | 'probes'>,
): RuleReading {
  const counted = rules.map((rule) => ({ ...rule, packets: grownBy(rule, before.rules) }))
  return {
    node,
    port,
    protocol,
    family,
    ...when,
    mode,
    connections,
    unread,
    // Of a rule that is not kube-proxy's only what it did to these packets is of interest.
    rules: counted.filter(
      ({ reason, verdict, packets }) => reason !== 'other' || verdict === 'forward' || packets !== 0,
    ),
  }
}

/** A rule that came in between, or was written again, has counted all of it since. */
function grownBy(rule: PortRule, before: readonly PortRule[]): number | null {
  if (rule.packets === null) return null
  const identity = (one: PortRule) => JSON.stringify({ ...one, packets: null })
  const was = before.find((one) => identity(one) === identity(rule))?.packets ?? 0
  return rule.packets >= was ? rule.packets - was : rule.packets
}
