import type { Change, Clock, ExitCode, TargetView } from '@portolan/core'
import { EXIT } from '@portolan/core'
import type { Live } from './live.ts'
import type { Notice } from './render/notice.ts'

/** What a watch reports while it runs: a live table, JSON lines, or plain lines. */
export interface Reporter {
  /** Once, when it has begun. */
  watching(facts: WatchingFacts): void
  change(change: Change): void
  notice(notice: Notice): void
  /** About each second, and soon after a change. */
  refresh(): void
  end(): void
}

export interface WatchingFacts {
  at: number
  clusters: string[]
  vantages: string[]
  /** The contexts that lead to the API servers, and where they were found; null when there are none. */
  access: string | null
  store: string
  page: string | null
  /** The file of the key that the page asks its readers for; null where it asks for none. */
  keyFile: string | null
  ignored: string[]
}

/** How a watch went, for its exit code. */
export interface Tally {
  incidents: number
  moves: number
  /** A port was probed, and its cause could be found: the objects were known, or the cluster is stopped. */
  worked: boolean
  /** Ports that are dark now. */
  dark: string[]
  /** Why no cause could be found, for each such cluster. */
  blind: string[]
}

const REFRESH_MS = 1000
/** A cluster that is deleted loses its nodes and its API server for a moment before it is gone: that is not worth a line. */
const BLIND_FOR_MS = 5000

/** An address may take some seconds to be handed out. */
const UNWATCHED_FOR_MS = 10_000

const ENGINE_WORDS = {
  begun: (why: string) =>
    `${capital(why)}. Portolan probes the ports as they were last mapped, and does not notice containers that start or stop. It keeps trying.`,
  over: 'The container engine answers.',
}

const STORE_WORDS = {
  begun: (why: string) =>
    `${capital(why)}. Portolan still probes the ports, and keeps events in memory. It keeps trying.`,
  over: 'Portolan keeps events on disk again.',
}

/** Runs a live watch with a reporter until it is stopped. */
export function createWatchSession(options: { live: Live; reporter: Reporter; clock: Clock }) {
  const { live, reporter, clock } = options
  const reported = new Map<string, string>()
  /** Since when the causes in a cluster cannot be found. */
  const blindSince = new Map<string, number>()
  /** What is not looked at, since when, and of what that was said. */
  const unwatchedSince = new Map<string, number>()
  const unwatchedReported = new Set<string>()
  let begunAt = Number.NEGATIVE_INFINITY
  const troubles = new Map<string, string>()
  let incidents = 0
  let moves = 0
  let couldDiagnose = false
  let cancel = () => {}

  function tick(): void {
    reportBlindness()
    reportUnwatched()
    reportTrouble('engine', live.engineLost(), ENGINE_WORDS)
    reportTrouble('store', live.collector.fault(), STORE_WORDS)
    reporter.refresh()
    cancel = clock.after(REFRESH_MS, tick)
  }

  /** Once when a cluster is stopped or its objects stay unknown, and again when they are known. */
  function reportBlindness(): void {
    for (const cluster of live.clusters()) {
      const start = live.startCommand(cluster)
      const why = start === null ? live.collector.blind(cluster) : `all nodes of ${cluster} are stopped`
      if (start !== null || why === null) couldDiagnose = true
      if (why === null) blindSince.delete(cluster)
      if (why === (reported.get(cluster) ?? null) || (why !== null && why.endsWith('has not answered yet'))) continue
      if (why !== null && !hasStood(cluster)) continue
      if (why === null) {
        reported.delete(cluster)
        reporter.notice({ text: `The API server of ${cluster} answers.` })
        continue
      }
      reported.set(cluster, why)
      if (start === null) reportApi(cluster, why)
      else reporter.notice({ text: `${capital(why)}: its ports stay dark until it is started:`, command: start })
    }
  }

  /** Once each, when it has been so for a while. */
  function reportUnwatched(): void {
    const now = clock.monotonic()
    const sentences = live.clusters().flatMap((cluster) => live.collector.unwatched(cluster))
    for (const text of unwatchedSince.keys()) if (!sentences.includes(text)) unwatchedSince.delete(text)
    for (const text of sentences) {
      const since = unwatchedSince.get(text) ?? now
      unwatchedSince.set(text, since)
      if (now - since < UNWATCHED_FOR_MS || unwatchedReported.has(text)) continue
      unwatchedReported.add(text)
      reporter.notice({ text })
    }
  }

  /** What is so at the start is printed at once. */
  function hasStood(cluster: string): boolean {
    const now = clock.monotonic()
    const since = blindSince.get(cluster) ?? now
    blindSince.set(cluster, since)
    return now - since >= BLIND_FOR_MS || now - begunAt < BLIND_FOR_MS
  }

  /** Once when it begins, and when it is another one, and once when it is over. */
  function reportTrouble(of: string, why: string | null, words: { begun(why: string): string; over: string }): void {
    if (why === (troubles.get(of) ?? null)) return
    if (why === null) troubles.delete(of)
    else troubles.set(of, why)
    reporter.notice({ text: why === null ? words.over : words.begun(why) })
  }

  function reportApi(cluster: string, why: string): void {
    const ask = live.askCommand(cluster)
    // Without access, that has already been reported.
    if (ask === null) return
    const known = live.byAddress ? 'ports that are known are probed' : 'ports are probed'
    const text = `${capital(why)}: ${known}, causes stay unknown. Portolan keeps trying. To read its error:`
    reporter.notice({ text, command: ask })
  }

  function whyNothing(cluster: string, targets: readonly TargetView[]): string | null {
    const blind = live.collector.blind(cluster)
    const isSeen = !live.byAddress || blind === null
    if (isSeen && !targets.some((target) => target.cluster === cluster))
      return live.byAddress
        ? `${cluster} has no Service of type NodePort or LoadBalancer, and no pod with a host port`
        : `no host port is mapped into ${cluster} (kind: extraPortMappings)`
    return blind
  }

  return {
    count(change: Change): void {
      if (change.type === 'incident.opened') incidents += 1
      if (change.type === 'placement.changed') moves += 1
    },
    begin(vantages: string[]): void {
      reporter.watching({
        at: clock.now(),
        clusters: live.clusters(),
        vantages,
        access: live.access(),
        store: live.store,
        page: live.page,
        keyFile: live.keyFile,
        ignored: live.ignored(),
      })
      begunAt = clock.monotonic()
      tick()
    },
    end(): Tally {
      cancel()
      const targets = live.collector.targets()
      const tally = {
        incidents,
        moves,
        worked: couldDiagnose && targets.some((target) => target.attempts > 0),
        dark: targets.filter((target) => target.state === 'down').map((target) => target.id),
        blind: live.clusters().flatMap((cluster) => whyNothing(cluster, targets) ?? []),
      }
      reporter.end()
      return tally
    },
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** 3 where it could never judge anything, 1 where a port is or was dark, else 0. */
export function exitCodeFor(tally: Tally): ExitCode {
  if (!tally.worked) return EXIT.unable
  return tally.dark.length > 0 || tally.incidents > 0 ? EXIT.fault : EXIT.fine
}

/** The vantages of all ports, each once. */
export function vantagesOf(targets: readonly TargetView[]): string[] {
  return [...new Set(targets.flatMap((target) => target.vantages.map((one) => one.vantage)))].sort()
}
