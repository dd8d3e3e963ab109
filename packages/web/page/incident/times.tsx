import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { duration, moment } from '../time.ts'
import { nodeName } from '../words.ts'

interface Step {
  name: string
  at: number | null
  /** How long after the one before. */
  lag: string
}

/**
 * From the change in the cluster to the end: what came when, and how long it took.
 *
 * @param places where the pods were, from before it to after it
 */
export function Times({ incident, places }: { incident: IncidentDocument; places: string | null }) {
  return (
    <ol class="times">
      {stepsOf(incident, now()).map(({ name, at, lag }) => (
        <li key={name}>
          <small>{name}</small>
          <b>{at === null ? 'not yet' : moment(at, now(), 'milliseconds')}</b>
          <span>{lag}</span>
        </li>
      ))}
      {places === null ? null : (
        <li>
          <small>Ready pods on</small>
          <b>{places}</b>
          <span>{incident.node === null ? '' : `mapped to ${nodeName(incident.node, incident.cluster)}`}</span>
        </li>
      )}
    </ol>
  )
}

function stepsOf(
  { changedAt, trigger, darkSince, openedAt, darkUntil, closedAt, foundDarkAt, neverAnswered }: IncidentDocument,
  at: number,
): Step[] {
  const dark = Date.parse(darkSince)
  const change = trigger?.at ?? changedAt
  const changed = change === null ? null : Date.parse(change)
  const end = darkUntil ?? closedAt
  const mended = end === null ? null : Date.parse(end)
  return [
    ...(changed === null ? [] : [{ name: 'Changed', at: changed, lag: '' }]),
    {
      name: foundDarkAt === null && !neverAnswered ? 'Went dark' : 'Found dark',
      at: dark,
      lag: changed === null || changed > dark ? '' : `${duration(dark - changed)} after the change`,
    },
    { name: 'Diagnosed', at: Date.parse(openedAt), lag: `${duration(Date.parse(openedAt) - dark)} after it went dark` },
    {
      name: 'Mended',
      at: mended,
      lag: mended === null ? `dark for ${duration(at - dark)} so far` : `dark for ${duration(mended - dark)}`,
    },
  ]
}
