import { causeName } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { portName } from '../words.ts'

/** Outages of one port for one cause. */
export interface Group {
  key: string
  cluster: string
  target: string
  cause: IncidentDocument['cause']
  /** The newest first. */
  incidents: IncidentDocument[]
  darkSeconds: number
  isOpen: boolean
}

export interface IncidentChoice {
  text: string
  cause: string
  planned: 'all' | 'planned' | 'unplanned'
  /** So long ago at most; null: however long ago. */
  withinMs: number | null
}

const natural = new Intl.Collator('en', { numeric: true })

/** What lasts still comes first, then what happened last. */
export function groupsOf(incidents: readonly IncidentDocument[]): Group[] {
  const groups = Map.groupBy(incidents, ({ cluster, target, cause }) => JSON.stringify([cluster, target, cause]))
  return [...groups]
    .flatMap(([key, all]) => {
      const newest = all.toSorted((a, b) => b.darkSince.localeCompare(a.darkSince))
      const [first] = newest
      if (first === undefined) return []
      const { cluster, target, cause } = first
      const darkSeconds = all.reduce((sum, one) => sum + one.darkSeconds, 0)
      return [{ key, cluster, target, cause, incidents: newest, darkSeconds, isOpen: all.some(isOpen) }]
    })
    .sort(
      (a, b) =>
        Number(b.isOpen) - Number(a.isOpen) ||
        lastOf(b).localeCompare(lastOf(a)) ||
        natural.compare(a.target, b.target),
    )
}

function isOpen({ state }: IncidentDocument): boolean {
  return state === 'open'
}

function lastOf({ incidents }: Group): string {
  return incidents[0]?.darkSince ?? ''
}

/** @param serviceOf a port's, as far as it is known */
export function isIncidentChosen(
  incident: IncidentDocument,
  { text, cause, planned, withinMs }: IncidentChoice,
  { now, serviceOf }: { now: number; serviceOf(incident: Pick<IncidentDocument, 'cluster' | 'target'>): string },
): boolean {
  if (cause !== '' && incident.cause !== cause) return false
  if (planned !== 'all' && incident.planned !== (planned === 'planned')) return false
  const end = incident.darkUntil ?? incident.closedAt
  if (withinMs !== null && end !== null && Date.parse(end) < now - withinMs) return false
  const said = [
    incident.cluster,
    portName(incident.target),
    serviceOf(incident),
    incident.cause,
    causeName(incident.cause),
  ]
  const all = [...said, incident.trigger?.text, incident.summary].join(' ').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
