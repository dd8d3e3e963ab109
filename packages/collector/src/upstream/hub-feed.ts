import { hash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Decided, Log, Note, TargetExplanation } from '@portolan/core'
import { createFolderSpool, createMemorySpool, createUplink, type Uplink, type UplinkState } from '@portolan/uplink'
import type { Recorder } from '../recorder.ts'
import { createHubCarry } from './hub-carry.ts'
import { createMinutes, type Minutes } from './minutes.ts'

/** The hub that a collector reports to. */
export interface HubLink {
  url: URL
  /** @throws where it cannot be read */
  token(): string
  /** The name of this collector, as `collector/HOST`. */
  source: string
  /** The folder in which batches wait while the hub is away; null: in memory. */
  spool: string | null
}

/** Reports what is decided to a hub; what it cannot take waits. */
export interface HubFeed extends Pick<Recorder, 'change' | 'epoch' | 'awake'> {
  note(note: Note): void
  /** Never rejects. */
  stop(): Promise<void>
}

interface Link {
  uplink: Uplink
  minutes: Minutes
  connected: boolean
  /** Of each port, what the hub was told of it: when, on the monotonic clock, and how it stood. */
  told: Map<string, { at: number; standing: string }>
  explanations: readonly TargetExplanation[]
  /** By id, whether it was over. */
  epochs: Map<string, boolean>
}

/** The numbers of a port that is as it was are reported so often. */
const REFRESH_MS = 60_000
const MOST_EPOCHS = 10_000

/** @param onState is called with the state of the link of each cluster, whenever that is another one */
export function createHubFeed(options: {
  link: HubLink
  clock: Clock
  log: Log
  onState(cluster: string, state: UplinkState): void
}): HubFeed {
  const { link, clock, onState } = options
  const log = quiet(options.log)
  const carry = createHubCarry(link.url, link.token)
  const links = new Map<string, Link>()

  function linkOf(cluster: string): Link {
    const known = links.get(cluster)
    if (known !== undefined) return known
    const spool =
      link.spool === null ? createMemorySpool({ log }) : createFolderSpool(folderOf(link.spool, cluster), { log })
    const made: Link = {
      uplink: createUplink({
        cluster,
        source: link.source,
        boot: randomUUID(),
        clock,
        log,
        carry,
        spool,
        standing: () => [],
        onAssignment() {},
        onBurst() {},
        onState(state) {
          const isBack = state.connected && !made.connected
          made.connected = state.connected
          onState(cluster, state)
          if (isBack) tellAll(made)
        },
      }),
      minutes: createMinutes(),
      connected: false,
      told: new Map(),
      explanations: [],
      epochs: new Map(),
    }
    links.set(cluster, made)
    made.uplink.start()
    return made
  }

  const tell = ({ uplink }: Link, decided: Decided) => uplink.tell(decided, clock.now())

  /** How everything stands: what was open before the hub was there, and which ports there are. */
  function tellAll(to: Link): void {
    to.told.clear()
    const { explanations } = to
    if (explanations.length === 0) return
    tell(to, { kind: 'ports', targets: explanations.map(({ target }) => target.id) })
    for (const { incident } of explanations) if (incident !== null) tell(to, { kind: 'incident', incident })
    tellPorts(to)
  }

  /** Only while the hub is there: of each port the last word alone is of use to it. */
  function tellPorts(to: Link): void {
    if (!to.connected) return
    const now = clock.monotonic()
    const there = new Set(to.explanations.map(({ target }) => target.id))
    for (const target of to.told.keys()) {
      if (there.has(target)) continue
      to.told.delete(target)
      tell(to, { kind: 'port', target, explanation: null })
    }
    for (const explanation of to.explanations) {
      const { id } = explanation.target
      const standing = standingOf(explanation)
      const before = to.told.get(id)
      if (before?.standing === standing && now - before.at < REFRESH_MS) continue
      to.told.set(id, { at: now, standing })
      tell(to, { kind: 'port', target: id, explanation })
    }
  }

  return {
    change: (change) => tell(linkOf(change.cluster), { kind: 'change', change }),

    /** What is counted in it while it lasts is of no use to the hub. */
    epoch(epoch) {
      const to = linkOf(epoch.cluster)
      const isOver = epoch.endedAt !== null
      if (to.epochs.get(epoch.id) === isOver) return
      to.epochs.set(epoch.id, isOver)
      const [oldest] = to.epochs.keys()
      if (to.epochs.size > MOST_EPOCHS && oldest !== undefined) to.epochs.delete(oldest)
      tell(to, { kind: 'epoch', epoch })
    },

    awake(at, clusters, views) {
      for (const { cluster, explanations } of views) linkOf(cluster).explanations = explanations
      for (const cluster of clusters) {
        const to = linkOf(cluster)
        const rollups = to.minutes.take(
          at,
          to.explanations.map(({ target }) => target),
        )
        for (const rollup of rollups) tell(to, { kind: 'rollup', rollup })
        tellPorts(to)
      }
    },

    /** One about every cluster is about each. */
    note(note) {
      const names = note.cluster === null ? [...links.keys()] : [note.cluster]
      for (const cluster of names)
        tell(linkOf(cluster), {
          kind: 'note',
          note: { ...note, cluster, id: names.length > 1 ? `${note.id}~${cluster}` : note.id },
        })
    },

    async stop() {
      await Promise.all([...links.values()].map(({ uplink }) => uplink.stop()))
    },
  }
}

/** An uplink calls what it leads to a collector; whether the hub is there is said by others. */
function quiet(log: Log): Log {
  return {
    ...log,
    info: (fields, message) => log.debug(fields, message),
    warn: (fields, message) => log.debug(fields, message),
  }
}

/** What makes a port another one to who looks at it. */
function standingOf({ target, incident, routes, foreseen }: TargetExplanation): string {
  const { state, since, cause, pods, degraded, note, service } = target
  const behind = routes.map(({ route }) => [route.id, route.state, route.cause])
  return JSON.stringify([state, since, cause, pods, degraded, note, service, incident, behind, foreseen])
}

/** A name from outside never becomes a path. */
function folderOf(spool: string, cluster: string): string {
  return join(spool, hash('sha256', cluster).slice(0, 16))
}

/** Records what happens, and reports it to a hub as well. */
export function withFeed(recorder: Recorder, feed: HubFeed): Recorder {
  return {
    ...recorder,
    change(change) {
      recorder.change(change)
      feed.change(change)
    },
    epoch(epoch) {
      recorder.epoch(epoch)
      feed.epoch(epoch)
    },
    awake(at, clusters, views) {
      recorder.awake(at, clusters, views)
      feed.awake(at, clusters, views)
    },
  }
}
