import {
  asItsOwn,
  boundGap,
  type Cluster,
  createCluster,
  createOrderBook,
  createStreams,
  type Identity,
  offsetOf,
  type OrderBook,
  shiftFact,
  type StreamPlace,
  type Streams,
} from '@portolan/collector'
import {
  type Assignment,
  type Burst,
  type Change,
  CLOCK_HEADER,
  type ClusterState,
  type Fact,
  type Incident,
  type Observation,
  type Observer,
  OFFSET_HEADER,
  type reduce,
  SENT_HEADER,
  type Settings,
} from '@portolan/core'
import type { CarriedAnswer, CarriedRequest, Carry } from '@portolan/uplink'
import { decodeBatch } from '@portolan/wire'
import { between } from './random.ts'
import type { MachineClock } from './simulated-time.ts'
import { SILENT_LOG } from './surroundings.ts'

/** What a collector keeps on its disk, of one cluster. */
export interface Kept {
  facts: Fact[]
  changes: Change[]
  incidents: Map<string, Incident>
  /** By `SOURCE BOOT`, the one that was heard last at the end. */
  places: Map<string, StreamPlace>
  lastAt: number
}

/** A collector without a socket or a file: it may be killed at any time, and knows afterwards what it had kept. */
export interface SimulatedCollector {
  readonly kept: ReadonlyMap<string, Kept>
  stateOf(cluster: string): ClusterState | null
  isRunning(): boolean
  start(): void
  kill(): void
  /** Of a source in its own process. */
  take(fact: Fact): void
  /** How requests of an observer elsewhere come here. @param isCut whether they get through at the moment */
  carryOf(identity: Identity, isCut: () => boolean): Carry
  /** Sequences that were acknowledged, by `SOURCE BOOT`. */
  acknowledged: ReadonlyMap<string, number>
}

export interface CollectorListener {
  /** Before the effects of a fact. */
  onFact(fact: Fact): void
  onChange(change: Change): void
  onAssign(cluster: string, to: Observer, assignment: Assignment): void
  onBurst(cluster: string, to: Observer, bursts: Burst[]): void
  onFault(error: unknown): void
}

const COMMIT_MS = 20
const HEARTBEAT_MS = 1000
const WAY_MS = [1, 30] as const
/** A request that gets nowhere is given up after so long. */
const LOST_MS = 3000

export function createSimulatedCollector(options: {
  clusters: readonly string[]
  settings: Partial<Settings>
  clock: MachineClock
  random: () => number
  decide: typeof reduce
  listener: CollectorListener
  touch(): void
  /** Of one request in so many the answer is lost. */
  losesAnswers: number
}): SimulatedCollector {
  const { clusters, settings, clock, random, decide, listener, touch, losesAnswers } = options
  const kept = new Map<string, Kept>(
    clusters.map((name) => [name, { facts: [], changes: [], incidents: new Map(), places: new Map(), lastAt: 0 }]),
  )
  const acknowledged = new Map<string, number>()
  let life: Life | null = null
  let lives = 0

  interface Life {
    clusters: Map<string, Cluster>
    orders: OrderBook
    streams: Streams
    pending: { cluster: string; facts: Fact[]; changes: Change[]; places: StreamPlace[] }[]
    flushed: (() => void)[]
    cancel(): void
  }

  function commit(own: Life): void {
    for (const { cluster, facts, changes, places } of own.pending.splice(0)) {
      const disk = kept.get(cluster) as Kept
      disk.facts.push(...facts)
      disk.changes.push(...changes)
      for (const place of places) {
        const stream = `${place.source} ${place.boot}`
        disk.places.delete(stream)
        disk.places.set(stream, place)
      }
      disk.lastAt = clock.now()
      for (const change of changes) if ('incident' in change) disk.incidents.set(change.incident.id, change.incident)
    }
    for (const resolve of own.flushed.splice(0)) resolve()
  }

  function pend(own: Life, cluster: string): Life['pending'][number] {
    const last = own.pending.at(-1)
    if (last?.cluster === cluster) return last
    if (own.pending.length === 0) {
      clock.after(COMMIT_MS, () => {
        if (life === own) commit(own)
      })
    }
    const entry = { cluster, facts: [], changes: [], places: [] }
    own.pending.push(entry)
    return entry
  }

  function begin(own: Life, name: string): void {
    const cluster = createCluster({
      name,
      settings,
      boot: `collector-${lives}`,
      clock,
      log: SILENT_LOG,
      decide,
      guard(_, listen) {
        try {
          listen()
        } catch (error) {
          listener.onFault(error)
        }
      },
      effects: {
        onFact(fact) {
          pend(own, name).facts.push(fact)
          listener.onFact(fact)
        },
        onChange(change) {
          pend(own, name).changes.push(structuredClone(change))
          listener.onChange(change)
        },
        onAssign(to, assignment) {
          own.orders.assign(to, assignment)
          listener.onAssign(name, to, assignment)
        },
        onBurst(to, bursts) {
          own.orders.burst(to, bursts)
          listener.onBurst(name, to, bursts)
        },
        onEpoch() {},
      },
    })
    own.clusters.set(name, cluster)
    const before = kept.get(name) as Kept
    if (before.lastAt === 0) return
    const incidents = [...before.incidents.values()].filter(({ closedAt }) => closedAt === null)
    const awaited = [...before.places.values()].filter(({ source }) => source.startsWith('prober/'))
    const last = awaited.at(-1)
    const streams = last === undefined ? [] : [`${last.source} ${last.boot.replace('~standing', '')}`]
    cluster.say({ kind: 'resumed', lastAt: before.lastAt, incidents, awaited: streams }, clock.now())
  }

  function start(): void {
    lives += 1
    const places = [...kept.values()].flatMap((one) => [...one.places.values()])
    let cancelBeat = () => {}
    const own: Life = {
      clusters: new Map(),
      orders: createOrderBook(clock),
      streams: createStreams(places),
      pending: [],
      flushed: [],
      cancel: () => cancelBeat(),
    }
    life = own
    for (const name of clusters) begin(own, name)
    const beat = () => {
      for (const disk of kept.values()) disk.lastAt = clock.now()
      cancelBeat = clock.after(HEARTBEAT_MS, beat)
    }
    beat()
  }

  async function ingest(own: Life, identity: Identity, { body, headers }: CarriedRequest): Promise<object> {
    const read = decodeBatch(JSON.parse(body ?? ''))
    const { cluster, source, boot } = read
    const numberIn = (name: string) => (headers[name] === undefined ? null : Number(headers[name]))
    const offsetMs = offsetOf(numberIn(OFFSET_HEADER), numberIn(SENT_HEADER), clock.now())
    const batch = { ...read, facts: read.facts.map((fact) => shiftFact(fact, offsetMs)) }
    for (const { sequence, at, observed } of own.streams.news(batch)) {
      const said = boundGap(asItsOwn(identity, observed), clock.now())
      own.clusters.get(cluster)?.take({ cluster, source, boot, sequence, at, receivedAt: 0, observed: said })
    }
    pend(own, cluster).places.push(own.streams.taken(batch, clock.now()))
    const { promise, resolve } = Promise.withResolvers<void>()
    own.flushed.push(resolve)
    await promise
    const last = batch.facts.at(-1)?.sequence ?? 0
    const stream = `${source} ${boot}`
    acknowledged.set(stream, Math.max(last, acknowledged.get(stream) ?? 0))
    return { acknowledged: last }
  }

  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))

  async function carry(identity: Identity, isCut: () => boolean, request: CarriedRequest): Promise<CarriedAnswer> {
    await wait(between(random, ...WAY_MS))
    const own = life
    if (isCut()) await wait(LOST_MS)
    if (own === null || isCut() || life !== own) throw new Error('connect ECONNREFUSED')
    const query = new URLSearchParams(request.path.split('?')[1] ?? '')
    const answer =
      request.method === 'POST'
        ? await ingest(own, identity, request)
        : await own.orders.next(
            identity.kind === 'agent' ? `node/${identity.node}` : 'host',
            { collector: query.get('collector') ?? '', after: Number(query.get('after')) },
            Number(query.get('wait')) * 1000,
            request.signal,
          )
    await wait(between(random, ...WAY_MS))
    if (life !== own || isCut() || random() * losesAnswers < 1) throw new Error('read ECONNRESET')
    return { status: 200, headers: { [CLOCK_HEADER]: String(clock.now()) }, body: JSON.stringify(answer) }
  }

  return {
    kept,
    acknowledged,
    stateOf: (cluster) => life?.clusters.get(cluster)?.state ?? null,
    isRunning: () => life !== null,
    start,
    kill() {
      if (life === null) return
      life.cancel()
      life.orders.stop()
      for (const cluster of life.clusters.values()) cluster.stop()
      life = null
      touch()
    },
    take: (fact) => life?.clusters.get(fact.cluster)?.take(fact),
    carryOf: (identity, isCut) => (request) => {
      const { signal } = request
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      return Promise.race([carry(identity, isCut, request), promise])
    },
  }
}

/** Says in the name of one source what was observed, numbered. */
export function createSource(
  cluster: string,
  source: string,
  boot: string,
  collector: Pick<SimulatedCollector, 'take'>,
): (observed: Observation, at: number) => void {
  let sequence = 0
  return (observed, at) => {
    sequence += 1
    collector.take({ cluster, source, boot, sequence, at, receivedAt: at, observed })
  }
}
