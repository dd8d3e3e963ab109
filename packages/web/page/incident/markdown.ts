import {
  causeName,
  courseOf,
  darkWord,
  markdownCode,
  markdownText,
  onsetText,
  printable,
  summaryText,
} from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { duration } from '../time.ts'
import { portName } from '../words.ts'
import { type Group, groupsOf } from './groups.ts'

type ServiceOf = (incident: Pick<IncidentDocument, 'cluster' | 'target'>) => string

/** More than that nobody reads. */
const MOST_TOLD = 50

/** Incidents for a ticket or a post-mortem, with times in UTC; whatever is in a name stays text. */
export function markdownOf(incidents: readonly IncidentDocument[], serviceOf: ServiceOf): string {
  const groups = groupsOf(incidents)
  const [only] = incidents
  if (only !== undefined && incidents.length === 1) return `${storyOf(only, serviceOf, '#').join('\n\n')}\n`
  const told = groups
    .slice(0, MOST_TOLD)
    .flatMap(({ incidents: [newest] }) => (newest === undefined ? [] : storyOf(newest, serviceOf, '##')))
  const left = groups.length - MOST_TOLD
  const rest = left > 0 ? [`${left} more are in the table alone.`] : []
  return `${['# Outages', tableOf(groups, serviceOf), 'The newest of each:', ...told, ...rest].join('\n\n')}\n`
}

function tableOf(groups: readonly Group[], serviceOf: ServiceOf): string {
  const head = ['| Port | Service | Cause | Times | Dark | Last (UTC) |', '|---|---|---|---:|---:|---|']
  const rows = groups.map((group) => {
    const { target, cause, incidents, darkSeconds } = group
    const last = incidents[0] === undefined ? '' : utc(incidents[0].darkSince)
    const cells = [portName(target), serviceOf(group), causeName(cause)].map(text)
    return `| ${[...cells, incidents.length, duration(darkSeconds * 1000), last].join(' | ')} |`
  })
  return [...head, ...rows].join('\n')
}

function storyOf(incident: IncidentDocument, serviceOf: ServiceOf, heading: '#' | '##'): string[] {
  const { id, target, cause, confidence, darkSeconds, darkSince, darkUntil, evidence, remedies } = incident
  const was = darkUntil === null ? `has been ${darkWord(target)} for` : `was ${darkWord(target)} for`
  const title = `${portName(target)} ${serviceOf(incident)} ${was} ${duration(darkSeconds * 1000)}: ${causeName(cause)}`
  const facts = [
    `From ${utc(darkSince)} to ${darkUntil === null ? 'now' : utc(darkUntil)} (UTC)`,
    `Cause: ${cause}, ${confidence}`,
    onsetText(courseOf(incident), (at) => utc(new Date(at).toISOString())),
    summaryText(incident),
    `Incident: ${id}`,
  ]
  return [
    `${heading} ${text(title)}`,
    list(facts),
    `${heading}# Evidence`,
    list(evidence.map((one) => `${utc(one.at)} ${one.text}`)),
    ...(remedies.length === 0 ? [] : [`${heading}# What to do`]),
    ...remedies.flatMap((one) => [
      text(`${one.text}.${one.cost === undefined ? '' : ` Trade-off: ${one.cost}.`}`),
      ...(one.command === undefined ? [] : [markdownCode('sh', printable(one.command))]),
    ]),
  ]
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${text(item)}`).join('\n')
}

function text(raw: string): string {
  return markdownText(printable(raw))
}

function utc(at: string): string {
  return at.replace('T', ' ').replace('Z', '')
}
