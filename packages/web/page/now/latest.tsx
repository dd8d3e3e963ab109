import { causeName, darkWord } from '@portolan/core'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { duration, moment } from '../time.ts'
import { inPlace } from '../navigation.ts'
import { clusterPrefix, portName } from '../words.ts'

/** The newest incidents, a line each. */
export function Latest({ news, several }: { news: number; several: boolean }) {
  const { value } = useAnswer<{ incidents: IncidentDocument[] }>(inPlace('/incidents?limit=5'), news)
  if (value === null) return null
  return (
    <section class="card latest" aria-label="Latest incidents">
      <h2>Latest incidents</h2>
      {value.incidents.length === 0 ? <p class="aside">No port was dark so far.</p> : null}
      <ul>
        {value.incidents.map(({ id, state, cluster, target, cause, darkSince, darkSeconds, planned }) => (
          <li key={id}>
            <Mark
              state={state === 'open' ? 'down' : 'up'}
              label={state === 'open' ? `still ${darkWord(target)}` : 'over'}
            />
            <time dateTime={darkSince}>{moment(Date.parse(darkSince), now())}</time>
            <b>{clusterPrefix(cluster, several) + portName(target)}</b>
            <Link to={{ view: 'incident', id }}>{causeName(cause)}</Link>
            <span>
              {state === 'open' ? '' : 'was '}
              {darkWord(target)} for {duration(darkSeconds * 1000)}
              {planned ? ', planned' : ''}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <Link to={{ view: 'incidents' }}>All incidents</Link>
      </p>
    </section>
  )
}
