import { readLanes, type StoreReader } from '@portolan/collector'
import {
  beganText,
  type Change,
  EXIT,
  type Lane,
  PortolanError,
  printableAll,
  type RouteView,
  type TargetView,
  withoutKind,
  overText,
} from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeLanes } from '@portolan/wire'
import type { Command } from 'commander'
import { namedPorts } from '../port-name.ts'
import { addPeriodOptions, type Period, type PeriodFlags, readPeriod } from '../period.ts'
import type { End } from '../end.ts'
import { addOutputOptions, asksForDocument, documentText, type OutputFlags } from '../render/document.ts'
import { LANE_LEGEND, laneLines } from '../render/lanes.ts'
import { type Style, styleFor } from '../render/style.ts'
import { moveText, portText } from '../render/words.ts'
import { durationText, momentText } from '../render/words.ts'
import { findRoute } from '../route-name.ts'
import { createFaults, STATE_OF_READERS } from '../settings.ts'
import { hasPorts, lastSeen, withStore } from '../stored.ts'

interface TimelineFlags extends PeriodFlags, OutputFlags {
  state?: string
}

const USUAL_MS = 3_600_000
const MOST_ENTRIES = 10_000
const MOST_TOLD = 40

export function defineTimeline(command: Command, end: End): void {
  addOutputOptions(addPeriodOptions(command), 'lanes')
    .option('--state <folder>', STATE_OF_READERS)
    .action(async (port: string | undefined, flags: TimelineFlags) => {
      const now = systemClock.now()
      const faults = createFaults()
      const period = readPeriod(flags, now, USUAL_MS, faults)
      faults.check('timeline')
      const has = (store: StoreReader) => hasPorts(store, port === undefined ? [] : [port])
      await withStore({ state: flags.state, has }, async (store) => {
        const width = Math.max(60, Math.min(160, process.stdout.columns ?? 100))
        const { ports, looks } = await lastSeen(store, now)
        const route = port === undefined ? null : findRoute(routesOf(ports), port)
        const routes = route === null ? [] : [{ cluster: route.cluster, target: route.id }]
        const draw = async (within: Period, resolutionMs: number) => {
          const { lanes } = await readLanes(store, ports, { ...within, resolutionMs, lastLooks: looks, routes })
          const asked = lanes.filter((lane) => (route === null ? isAsked(lane, port) : isRouteOf(lane, route)))
          if (asked.length === 0 && port !== undefined) throw unknownPort(port, lanes)
          return asked
        }
        if (asksForDocument(flags)) {
          const lanes = await draw(period, 0)
          const notes = await store.notes({ ...period, limit: MOST_ENTRIES })
          const events = await store.events({ ...period, limit: MOST_ENTRIES })
          const document = encodeLanes({ ...period, resolutionMs: 0, ports: lanes, lanes, events, notes })
          process.stdout.write((await documentText(flags, () => document)) ?? '')
        } else {
          // First from when there is something to show: a column stands for a part of that alone.
          const within = shown(period, await draw(period, resolutionOf(period, width)))
          const lanes = await draw(within, resolutionOf(within, width))
          const style = styleFor(process.stdout, process.env)
          const lines = await timelineLines(store, lanes, { period: within, width, style })
          process.stdout.write(`${lines.join('\n')}\n`)
        }
      })
      end(EXIT.fine)
    })
}

function routesOf(ports: readonly TargetView[]): RouteView[] {
  return ports.flatMap(({ routes }) => routes)
}

function isRouteOf({ cluster, target }: Lane, route: RouteView): boolean {
  return cluster === route.cluster && target === route.id
}

function isAsked({ cluster, target }: Lane, port: string | undefined): boolean {
  const name = withoutKind(target)
  return port === undefined || [target, name, `${cluster}/${target}`, `${cluster}/${name}`].includes(port)
}

function unknownPort(port: string, lanes: Lane[]): PortolanError {
  const names = lanes.map(({ cluster, target }) => portText(target, cluster, true))
  const known = namedPorts(names, port)
  const hint = known === '' ? 'start portolan watch first: it finds the ports' : `these were watched: ${known}`
  return new PortolanError('usage', `no port was called ${port}`, hint)
}

/** Half a column, ms. */
function resolutionOf({ from, to }: Period, width: number): number {
  return (to - from) / width / 2
}

/** From when there is something to show. */
function shown({ from, to }: Period, lanes: Lane[]): Period {
  const first = Math.min(to, ...lanes.flatMap(({ reach }) => reach[0]?.from ?? to))
  return { from: first < to ? Math.max(from, first) : from, to }
}

async function timelineLines(
  store: StoreReader,
  lanes: Lane[],
  options: { period: Period; width: number; style: Style },
): Promise<string[]> {
  const { period, width, style } = options
  if (lanes.every(({ reach }) => reach.length === 0)) return ['Nothing was watched in this time.']
  const several = new Set(lanes.map(({ cluster }) => cluster)).size > 1
  const drawn = lanes.flatMap((lane) => [
    ...laneLines(lane, { ...period, width, name: portText(lane.target, lane.cluster, several), style }),
    '',
  ])
  const targets = lanes.map(({ target }) => target)
  const entries = (await store.timeline({ ...period, targets, limit: MOST_ENTRIES })).flatMap(({ change }) =>
    entryLine(change, several),
  )
  const left = entries.length - MOST_TOLD
  return [
    ...drawn,
    style.dim(LANE_LEGEND),
    '',
    ...(left > 0 ? [style.dim(`${left} earlier entries not shown; --from and --to narrow it down`)] : []),
    ...entries.slice(-MOST_TOLD),
  ]
}

function entryLine(given: Change, several: boolean): string[] {
  const change = printableAll(given)
  const at = momentText(change.at)
  switch (change.type) {
    case 'placement.changed':
      return [`${at}  ${moveText(change)}`]
    case 'incident.opened':
      return [
        `${momentText(change.incident.darkSince)}  ${portText(change.target, change.cluster, several)} ${beganText(change.incident)}: ${change.incident.summary}`,
      ]
    case 'incident.closed': {
      const { darkSince, darkUntil, cause } = change.incident
      const length = durationText((darkUntil ?? change.at) - darkSince)
      return [
        `${at}  ${portText(change.target, change.cluster, several)} ${overText(change.incident, length)} (${cause})`,
      ]
    }
    case 'cluster.event':
      return [`${at}  ${change.text}`]
    case 'gap':
      // An event of its own says that the clock was set.
      if (change.clockSetMs !== undefined) return []
      return [`${at}  Not watched for ${durationText(change.to - change.from)}: ${change.reason}`]
    case 'incident.updated':
    case 'target.state':
      return []
  }
}
