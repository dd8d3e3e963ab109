import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import type { Live } from '../live.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { duration, moment } from '../time.ts'
import { portName } from '../words.ts'

export function IncidentsView({ live }: { live: Live }) {
  const { value } = useAnswer<{ incidents: IncidentDocument[] }>('/incidents?limit=200', live.news)
  if (value === null) return <section class="incidents" aria-busy="true" />
  if (value.incidents.length === 0) {
    return (
      <section class="empty">
        <h1>No port was dark so far</h1>
        <p>The first one to go dark is told here, with why.</p>
      </section>
    )
  }
  return (
    <section class="incidents">
      <h1 class="unseen">Incidents</h1>
      <table>
        <thead>
          <tr>
            <th scope="col">Port</th>
            <th scope="col">Since</th>
            <th scope="col">Dark for</th>
            <th scope="col">What happened</th>
            <th scope="col">Cause</th>
          </tr>
        </thead>
        <tbody>
          {value.incidents.map((incident) => (
            <tr key={incident.id}>
              <th scope="row">
                <Mark
                  state={incident.state === 'open' ? 'down' : 'up'}
                  label={incident.state === 'open' ? 'still dark' : 'over'}
                />
                {portName(incident.target)}
              </th>
              <td>{moment(Date.parse(incident.darkSince), now())}</td>
              <td>{duration(incident.darkSeconds * 1000)}</td>
              <td>
                <Link to={{ view: 'incident', id: incident.id }}>{incident.summary}</Link>
                {incident.planned ? <span class="tag">planned</span> : null}
              </td>
              <td>
                <code>{incident.cause}</code> <small>{incident.confidence}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
