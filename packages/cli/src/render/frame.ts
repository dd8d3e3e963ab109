import { type Incident, printableAll, type TargetView } from '@portolan/core'
import { remedyLines, remedyWords, storyOf } from './incident.ts'
import type { Notice } from './notice.ts'
import { rowsOf } from './screen.ts'
import type { Style } from './style.ts'
import { targetTable } from './table.ts'
import { clockText, isLucky, portText, wrap } from './words.ts'

/** All that the live table shows at one moment. */
export interface FrameView {
  /** What is watched. */
  heading: string
  /** Lines above the table, without colours. */
  above: string[]
  targets: TargetView[]
  several: boolean
  notices: Notice[]
  incident: Incident | null
  /** The command that explains this port, for another terminal; null where none can ask. */
  explain: (port: string) => string | null
}

interface Options {
  now: number
  width: number
  height: number
  style: Style
}

/** Rows that everything but the table wants: the heading, the story of an incident and its first remedy. */
const AROUND_TABLE = 16
const LEAST_TABLE = 3
const MOST_NOTICES = 2

/** On a short terminal what matters less leaves: what is dark, what set it off and the first command to paste stay. */
export function frameLines({ explain, ...given }: FrameView, options: Options): string[] {
  const view = printableAll(given)
  const { width, height } = options
  const most = height - 1
  for (let rows = Math.max(LEAST_TABLE, height - AROUND_TABLE); ; rows -= 1) {
    const lines = fitting(sectionsOf({ ...view, explain }, rows, options), most, width)
    if (rows <= LEAST_TABLE || rowsOfAll(lines, width) <= most) return lines
  }
}

/** @param rows of the table */
function sectionsOf({ explain, ...view }: FrameView, rows: number, options: Options): Section[] {
  const { targets, incident, several } = view
  const { now, width, style } = options
  const story = incident === null ? null : storyOf(incident, { ...view, now, width, style })
  const isOpen = incident !== null && (incident.darkUntil ?? incident.closedAt) === null
  const remedies = isOpen ? incident.remedies : []
  const words = incident === null ? undefined : remedyWords(incident)
  const first = remedyLines(remedies.slice(0, 1), width, style, words)
  const more = isOpen ? explain(portText(incident.target, incident.cluster, several)) : null
  const hint = isOpen ? null : explain('PORT')
  return [
    { lines: wrap(view.heading, width).map(style.dim), leaves: 0 },
    { lines: view.above, leaves: 4 },
    { lines: ['', ...tableLines(targets, rows, options), ''], leaves: 0 },
    { lines: noticeLines(view, options), leaves: 7 },
    { lines: story?.title ?? [], leaves: 0 },
    { lines: story?.onset ?? [], leaves: 0 },
    { lines: story?.later ?? [], leaves: 2 },
    { lines: story?.verdict ?? [], leaves: 6 },
    { lines: story?.seen ?? [], leaves: 1 },
    { lines: first, leaves: 0 },
    { lines: remedyLines(remedies, width, style, words).slice(first.length), leaves: 3 },
    { lines: more === null ? [] : wrap(`${moreText(remedies.length)}: ${more}`, width, '  '), leaves: 5 },
    {
      lines: wrap(
        `${clockText(now)}   Ctrl-C to quit${hint === null ? '' : `; in another terminal: ${hint}`}`,
        width,
        '  ',
      ).map(style.dim),
      leaves: 8,
    },
  ]
}

function moreText(remedies: number): string {
  if (remedies < 2) return 'Evidence'
  return remedies === 2 ? 'Other fix and evidence' : 'Other fixes and evidence'
}

interface Section {
  lines: string[]
  /** When it leaves, 1 before 2; 0: never. */
  leaves: number
}

function fitting(sections: readonly Section[], rows: number, width: number): string[] {
  let left = sections
  const lines = () => left.flatMap((section) => section.lines)
  const total = () => rowsOfAll(lines(), width)
  const last = Math.max(...sections.map((section) => section.leaves))
  for (let turn = 1; turn <= last && total() > rows; turn += 1) left = left.filter(({ leaves }) => leaves !== turn)
  return lines()
}

function rowsOfAll(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => sum + rowsOf(line, width), 0)
}

function tableLines(targets: readonly TargetView[], rows: number, { now, width, style }: Options): string[] {
  if (targets.length === 0)
    return wrap(
      'Nothing to watch yet: no host port is mapped (kind: extraPortMappings) and no load balancer has an address; with --context, no NodePort and no host port either.',
      width,
    )
  return targetTable(targets, { now, width, rows, style })
}

function noticeLines({ notices, targets, several }: Omit<FrameView, 'explain'>, { width, style }: Options): string[] {
  const notes = targets.flatMap(({ id, cluster, note }): Notice[] =>
    note === null ? [] : [{ text: `${portText(id, cluster, several)}: ${note}` }],
  )
  const lucky = targets.filter(isLucky).map((target) => portText(target.id, target.cluster, several))
  const shown = [...notices.slice(-MOST_NOTICES), ...notes.slice(0, MOST_NOTICES), ...luckNotices(lucky)]
  return shown.flatMap(({ text, command }) => [
    ...wrap(text, width).map(style.doubt),
    ...(command === undefined ? [] : [style.strong(command)]),
  ])
}

/** So many ports are named. */
const NAMED = 5

function luckNotices(ports: readonly string[]): Notice[] {
  if (ports.length === 0) return []
  const named =
    ports.length > NAMED ? `${ports.length} ports are` : `${ports.join(', ')} ${ports.length === 1 ? 'is' : 'are'}`
  return [{ text: `${named} at risk: the next reschedule may take it down. portolan check --live shows the fix.` }]
}
