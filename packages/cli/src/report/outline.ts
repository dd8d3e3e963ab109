import { beganText, type Change, isRoute, NOTHING_TO_DO, onsetText, summaryText } from '@portolan/core'
import { verdictTitle } from '../render/incident.ts'
import { durationText, moveText, portText } from '../render/words.ts'
import { isWatched } from '../watched.ts'
import type { Block } from './block.ts'
import type { CauseGroup, Impact, Report } from './report.ts'
import { count, secondsText, utcDate, utcTime } from './words.ts'

/** More lines than that nobody reads in a post-mortem. */
const MOST_ENTRIES = 60

/** The report as a document. */
export function outline(report: Report): Block[] {
  const { causes, notes } = report
  return [
    { kind: 'title', text: titleOf(report) },
    { kind: 'paragraph', text: summaryOf(report) },
    ...(report.lanes.some(({ reach }) => reach.length > 0) ? [{ kind: 'picture', report } as const] : []),
    ...impactBlocks(report),
    ...(causes.length === 0 ? [] : [{ kind: 'heading', text: causes.length === 1 ? 'Cause' : 'Causes' } as const]),
    ...causes.flatMap((group) => causeBlocks(group, report)),
    ...timelineBlocks(report),
    ...(notes.length === 0
      ? []
      : [
          { kind: 'heading', text: 'Notes' } as const,
          {
            kind: 'list',
            items: notes.map(
              ({ from, to, text, author }) =>
                `${span(report, from, to)}: ${text}${author === undefined ? '' : ` (${author})`}`,
            ),
          } as const,
        ]),
    ...gapBlocks(report),
    { kind: 'paragraph', text: `Written by Portolan at ${utcDate(report.generatedAt)}. All times are UTC.` },
  ]
}

function titleOf({ incident, period }: Report): string {
  if (incident === null) return `Reachability of the ports, ${utcDate(period.from)} to ${utcDate(period.to)}`
  const port = portText(incident.target, incident.cluster, false)
  const until = incident.darkUntil ?? incident.closedAt
  const length = durationText((until ?? period.to) - incident.darkSince)
  return until === null ? `Port ${port} has been dark for ${length}` : `Port ${port} was dark for ${length}`
}

function summaryOf(report: Report): string {
  const { incident, impact, causes, lanes, period } = report
  if (incident !== null) {
    const { darkSince, darkUntil, cluster, planned } = incident
    const onset = onsetText(incident, (at) => utcTime(at, period.from))
    const end = darkUntil === null ? 'and still is' : `to ${utcTime(darkUntil, darkSince)}`
    const since = `In cluster ${cluster} from ${utcDate(darkSince)} ${end}`
    return `${onset} ${summaryText(incident)} ${since}.${planned ? ' It happened during a drain or rollout.' : ''}`
  }
  const watched = lanes.filter(isWatched)
  if (watched.length === 0) return 'Nothing was watched in this time.'
  if (impact.length === 0) return `${count(watched.length, 'port was', 'ports were')} watched, and none went dark.`
  const dark = impact.reduce((sum, one) => sum + one.darkMs, 0)
  const episodes = impact.reduce((sum, one) => sum + one.episodes, 0)
  const main = causes.find(({ longest }) => !isRoute(longest.target))
  const why = main === undefined ? '' : ` Most of it: ${verdictTitle(main.longest)}.`
  return `${impact.length} of ${count(watched.length, 'port')} went dark within ${durationText(period.to - period.from)}: ${count(episodes, 'time')}, ${durationText(dark)} in all.${why}${stillDark(report)}`
}

function stillDark({ impact }: Report): string {
  const several = new Set(impact.map(({ cluster }) => cluster)).size > 1
  const ports = impact.filter(({ isDark }) => isDark).map((one) => portText(one.target, one.cluster, several))
  return ports.length === 0 ? '' : ` Still dark at the end: ${ports.join(', ')}.`
}

function gapBlocks(report: Report): Block[] {
  const { gaps, lanes } = report
  if (gaps.length === 0 && !lanes.some(isWatched)) return []
  return [
    { kind: 'heading', text: 'Gaps in observation' },
    gaps.length === 0
      ? { kind: 'paragraph', text: 'Portolan watched the whole time without a gap that it knows of.' }
      : { kind: 'list', items: gaps.map(({ from, to, reason }) => `${span(report, from, to)}: ${reason}`) },
  ]
}

function impactBlocks({ impact }: Report): Block[] {
  if (impact.length === 0) return []
  const several = new Set(impact.map(({ cluster }) => cluster)).size > 1
  const row = (one: Impact) => [
    portText(one.target, one.cluster, several),
    one.service ?? '',
    secondsText(one.darkMs),
    String(one.episodes),
    secondsText(one.longestMs),
    secondsText(one.knownAfterMs),
    String(one.planned),
  ]
  return [
    { kind: 'heading', text: 'Impact' },
    {
      kind: 'table',
      head: ['Port', 'Service', 'Downtime', 'Times', 'Longest', 'Time to diagnosis', 'Planned'],
      rows: impact.map(row),
      numbers: [2, 3, 4, 5, 6],
    },
    {
      kind: 'paragraph',
      text: 'Time to diagnosis is from the first failed probe to the verdict, the median where there were several. Planned are outages during a drain or rollout.',
    },
  ]
}

function causeBlocks({ longest, count: times, darkMs }: CauseGroup, report: Report): Block[] {
  const { evidence, target, cluster, darkUntil, closedAt } = longest
  const isOver = (darkUntil ?? closedAt) !== null
  const remedies = longest.remedies.filter(({ text }) => !isOver || !text.startsWith(NOTHING_TO_DO))
  const often = times === 1 ? '' : `, ${times} times, ${durationText(darkMs)} in all; the longest:`
  return [
    { kind: 'subheading', text: `${portText(target, cluster, false)}: ${verdictTitle(longest)}${often}` },
    {
      kind: 'paragraph',
      text: `${onsetText(longest, (at) => utcTime(at, report.period.from))} ${summaryText(longest)}`,
    },
    { kind: 'list', items: evidence.map(({ at, text }) => `${utcTime(at, report.period.from)} ${text}`) },
    ...remedies.flatMap(({ text, cost, command }): Block[] => [
      { kind: 'paragraph', text: `${text}.${cost === undefined ? '' : ` Trade-off: ${cost}.`}` },
      ...(command === undefined ? [] : [{ kind: 'command', text: command } as const]),
    ]),
  ]
}

function timelineBlocks(report: Report): Block[] {
  const { entries } = report
  if (entries.length === 0) return []
  const inOrder = entries.toSorted((a, b) => happenedAt(a) - happenedAt(b))
  const shown = inOrder.slice(0, MOST_ENTRIES)
  const left = entries.length - shown.length
  return [
    { kind: 'heading', text: 'Timeline' },
    { kind: 'list', items: shown.flatMap((entry) => entryText(entry, report.period.from)) },
    ...(left > 0 ? [{ kind: 'paragraph', text: `${left} later entries are left out.` } as const] : []),
  ]
}

function entryText(change: Change, day: number): string[] {
  const at = utcTime(happenedAt(change), day)
  switch (change.type) {
    case 'placement.changed':
      return [`${at} ${moveText(change)}`]
    case 'incident.opened':
      return [
        `${at} Port ${portText(change.target, '', false)} ${beganText(change.incident)} (diagnosed at ${utcTime(change.at, day)})`,
      ]
    case 'incident.closed':
      return [`${at} Port ${portText(change.target, '', false)} answered again (${change.incident.cause})`]
    case 'cluster.event':
      return [`${at} ${change.text}`]
    default:
      return []
  }
}

/** When it really was, not when that was known. */
function happenedAt(change: Change): number {
  if (change.type === 'incident.opened') return change.incident.darkSince
  return change.type === 'incident.closed' ? (change.incident.darkUntil ?? change.at) : change.at
}

function span({ period }: Report, from: number, to: number): string {
  return `${utcTime(from, period.from)} to ${utcTime(to, period.from)}`
}
