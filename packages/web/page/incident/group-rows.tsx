import { causeName } from '@portolan/core'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { duration, moment } from '../time.ts'
import { clusterPrefix, portName } from '../words.ts'
import type { Group } from './groups.ts'

/** More than that nobody reads one by one. */
const MOST = 100

/** A group in one line, and its incidents below when it is unfolded. */
export function GroupRows(props: { group: Group; several: boolean; service: string; ticked: boolean; onTick(): void }) {
  const { group, several, service, ticked, onTick } = props
  const { cluster, target, cause, incidents, darkSeconds, isOpen } = group
  const [unfolded, setUnfolded] = useState(false)
  const [newest] = incidents
  if (newest === undefined) return null
  const planned = incidents.filter((one) => one.planned).length
  const name = clusterPrefix(cluster, several) + portName(target)
  return (
    <tbody class={unfolded ? 'is-unfolded' : ''}>
      <tr>
        <td>
          <input
            type="checkbox"
            checked={ticked}
            onChange={onTick}
            aria-label={`Select ${name}, ${causeName(cause)}`}
          />
        </td>
        <th scope="row">
          <Mark state={isOpen ? 'down' : 'up'} label={isOpen ? 'still dark' : 'over'} />
          <b>{name}</b> <span>{service}</span>
        </th>
        <td>
          {incidents.length === 1 ? (
            <Link to={{ view: 'incident', id: newest.id }}>{causeName(cause)}</Link>
          ) : (
            <button type="button" class="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
              {causeName(cause)}
            </button>
          )}{' '}
          <code>{cause}</code>
          {planned === 0 ? null : (
            <span class="tag">{planned === incidents.length ? 'planned' : `${planned} planned`}</span>
          )}
        </td>
        <td>{newest.trigger?.text ?? ''}</td>
        <td class="number">{incidents.length}</td>
        <td class="number">{duration(darkSeconds * 1000)}</td>
        <td>{isOpen ? `since ${sinceText(newest)}` : sinceText(newest)}</td>
      </tr>
      {unfolded ? incidents.slice(0, MOST).map((one) => <OneRow key={one.id} incident={one} />) : null}
    </tbody>
  )
}

function OneRow({ incident }: { incident: IncidentDocument }) {
  const { id, trigger, darkSeconds, confidence, planned, state } = incident
  return (
    <tr class="is-one">
      <td />
      <td />
      <td>
        <Link to={{ view: 'incident', id }}>{sinceText(incident)}</Link> {confidence}
        {planned ? ', planned' : ''}
      </td>
      <td>{trigger?.text ?? ''}</td>
      <td />
      <td class="number">{duration(darkSeconds * 1000)}</td>
      <td>{state === 'open' ? 'still dark' : ''}</td>
    </tr>
  )
}

function sinceText({ darkSince }: IncidentDocument): string {
  return moment(Date.parse(darkSince), now())
}
