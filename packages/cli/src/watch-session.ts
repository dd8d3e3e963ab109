import type { Change, Clock, ExitCode, TargetView } from '@portolan/core'
import { EXIT } from '@portolan/core'
import type { Live } from './live.ts'

/** What a watch tells of itself while it runs: a live table, JSON lines, or plain lines. */
export interface Reporter {
  /** Once, when it has begun. */
  watching(facts: WatchingFacts): void
  change(change: Change): void
  notice(text: string): void
  /** About each second, and soon after a change. */
  refresh(): void
  end(): void
}

export interface WatchingFacts {
  at: number
  clusters: string[]
  vantages: string[]
  store: string
  page: string | null
  ignored: string[]
}

/** How a watch went, for its exit code. */
export interface Tally {
  incidents: number
  moves: number
  /** Some port answered or failed at least once, and the objects were known. */
  worked: boolean
  /** Ports that are dark now. */
  dark: string[]
  /** Why causes could not be told, for each cluster where that is so. */
  blind: string[]
}

const REFRESH_MS = 1000

/** Runs a live watch with a reporter until it is told to stop. */
export function createWatchSession(options: { live: Live; reporter: Reporter; clock: Clock }) {
  const { live, reporter, clock } = options
  const told = new Map<string, string>()
  let incidents = 0
  let moves = 0
  let knewObjects = false
  let cancel = () => {}

  function tick(): void {
    tellBlindness()
    reporter.refresh()
    cancel = clock.after(REFRESH_MS, tick)
  }

  /** Once when the objects of a cluster stay unknown, and again when they are known. */
  function tellBlindness(): void {
    for (const cluster of live.clusters()) {
      const why = live.collector.blind(cluster)
      if (why === null) knewObjects = true
      if (why === (told.get(cluster) ?? null) || (why !== null && why.endsWith('has not answered yet'))) continue
      if (why === null) {
        told.delete(cluster)
        reporter.notice(`The API server of ${cluster} answers again.`)
      } else {
        told.set(cluster, why)
        reporter.notice(`${capital(why)}: ports are probed, causes cannot be told. ${RETRY}`)
      }
    }
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
        store: live.store,
        page: live.page,
        ignored: live.ignored(),
      })
      tick()
    },
    end(): Tally {
      cancel()
      const targets = live.collector.targets()
      const tally = {
        incidents,
        moves,
        worked: knewObjects && targets.some((target) => target.attempts > 0),
        dark: targets.filter((target) => target.state === 'down').map((target) => target.id),
        blind: live.clusters().flatMap((cluster) => live.collector.blind(cluster) ?? []),
      }
      reporter.end()
      return tally
    },
  }
}

const RETRY = 'Portolan keeps trying.'

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** 0 fine, 1 where a port is or was dark, 3 where it never could see. */
export function exitCodeFor(tally: Tally): ExitCode {
  if (tally.dark.length > 0 || tally.incidents > 0) return EXIT.fault
  return tally.worked ? EXIT.fine : EXIT.unable
}

/** The vantages of all ports, each once. */
export function vantagesOf(targets: readonly TargetView[]): string[] {
  return [...new Set(targets.flatMap((target) => target.vantages.map((one) => one.vantage)))].sort()
}
