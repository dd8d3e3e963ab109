import type { Change, Clock, Incident } from '@portolan/core'
import { encodeChange, encodeWatching } from '@portolan/wire'
import type { Live } from './live.ts'
import { createChangeTeller } from './render/change.ts'
import { incidentStory } from './render/incident.ts'
import { createScreen, type Terminal } from './render/screen.ts'
import type { Style } from './render/style.ts'
import { targetTable } from './render/table.ts'
import { clockText, isLucky, portText, wrap } from './render/words.ts'
import type { Reporter, WatchingFacts } from './watch-session.ts'

/** One JSON object a line: see docs/schema/watch-line.json. Notices go to standard error. */
export function jsonReporter(out: Terminal, err: Terminal): Reporter {
  const line = (value: unknown) => out.write(`${JSON.stringify(value)}\n`)
  return {
    watching: ({ at, clusters, vantages, store, page }) =>
      line(encodeWatching({ at, clusters, vantages, store, page })),
    change: (change) => line(encodeChange(change)),
    notice: (text) => err.write(`${text}\n`),
    refresh: () => {},
    end: () => {},
  }
}

/** One readable line a change, for a pipe or a log. */
export function plainReporter(out: Terminal, style: Style, live: () => Live): Reporter {
  const teller = createChangeTeller(style)
  return {
    watching: (facts) => out.write(`${watchingText(facts)}\n`),
    change(change) {
      const lines = teller.lines(change, live().clusters().length > 1)
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`)
    },
    notice: (text) => out.write(`${text}\n`),
    refresh: () => {},
    end: () => {},
  }
}

/** The live table, and below it the newest incident. */
export function tableReporter(options: {
  terminal: Terminal
  style: Style
  clock: Clock
  live: () => Live
  /** Lines above the table that a caller adds, as the demo's narration. */
  above?: () => string[]
}): Reporter {
  const { terminal, style, clock, live, above = () => [] } = options
  const screen = createScreen(terminal)
  const notices: string[] = []
  const moves = new Map<string, Extract<Change, { type: 'placement.changed' }>>()
  let heading: WatchingFacts | null = null
  let newest: {
    incident: Incident
    move: Extract<Change, { type: 'placement.changed' }> | null
  } | null = null
  let pending: (() => void) | null = null

  function frame(): string[] {
    const width = screen.width()
    const now = clock.now()
    const targets = live().collector.targets()
    const several = live().clusters().length > 1
    const lucky = targets.filter(isLucky).map((target) => portText(target.id, target.cluster, several))
    const notes = targets.filter((target) => target.note !== null).map((target) => `${target.id}: ${target.note}`)
    return [
      ...wrap(heading === null ? 'portolan' : watchingText({ ...heading, clusters: live().clusters() }), width).map(
        style.dim,
      ),
      ...above().flatMap((text) => wrap(text, width)),
      '',
      ...targetTable(targets, { now, width, rows: Math.max(3, screen.height() - 16), style }),
      ...(targets.length === 0 ? ['  no host port is mapped into these clusters (kind: extraPortMappings)'] : []),
      '',
      ...[...notices.slice(-2), ...notes.slice(0, 2), ...luckText(lucky)]
        .flatMap((text) => wrap(text, width))
        .map(style.doubt),
      ...(newest === null ? [] : incidentStory(newest.incident, { now, width, style, move: newest.move, several })),
      ...(newest === null
        ? []
        : [
            style.dim(
              `  ${clockText(now)}   Ctrl-C leaves${live().store === 'memory' ? '' : '; portolan explain PORT tells more'}`,
            ),
          ]),
    ]
  }

  function draw(): void {
    pending?.()
    pending = null
    screen.draw(frame())
  }

  return {
    watching(facts) {
      heading = facts
      draw()
    },
    change(change) {
      if (change.type === 'placement.changed') {
        for (const target of change.targets) moves.set(`${change.cluster}/${target}`, change)
      }
      if ('incident' in change) {
        const move = moves.get(`${change.cluster}/${change.target}`) ?? null
        const isSame = newest?.incident.id === change.incident.id
        const mayReplace =
          newest === null || isSame || change.type === 'incident.opened' || newest.incident.closedAt !== null
        if (mayReplace) newest = { incident: change.incident, move: isSame ? (newest?.move ?? move) : move }
      }
      pending ??= clock.after(SOON_MS, draw)
    },
    notice: (text) => void notices.push(text),
    refresh: draw,
    end() {
      draw()
      screen.close()
    },
  }
}

/** Changes that come together are drawn together. */
const SOON_MS = 50

/** So many ports are named. */
const NAMED = 5

function luckText(ports: readonly string[]): string[] {
  if (ports.length === 0) return []
  const named =
    ports.length > NAMED ? `${ports.length} ports are` : `${ports.join(', ')} ${ports.length === 1 ? 'is' : 'are'}`
  return [`${named} up by luck: the next reschedule may end it. portolan check --live tells the fix.`]
}

function watchingText({ clusters, vantages, store, page, ignored }: WatchingFacts): string {
  const what = clusters.length === 1 ? `cluster ${clusters[0]}` : `${clusters.length} clusters (${clusters.join(', ')})`
  const from = vantages.length === 0 ? '' : ` from ${vantages.map((one) => one.replace('host/', '')).join(', ')}`
  const served = page === null ? '' : ` Page and metrics: ${page}.`
  const kept = store === 'memory' ? ' Nothing is kept on disk.' : ` Kept in ${store}.`
  const left = ignored.length === 0 ? '' : ` Not watched: ${ignored.join(', ')}.`
  return `Watching ${what}${from}.${served}${kept}${left}`
}
