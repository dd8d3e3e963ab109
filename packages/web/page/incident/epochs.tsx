import type { EpochDocument } from '@portolan/wire'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { duration, moment } from '../time.ts'
import { nodeName } from '../words.ts'
import { writePart } from '../route.ts'

/** Where the pods were before, during and after: answers follow the placement, not chance. */
export function Epochs({ incident, news }: { incident: IncidentDocument; news: number }) {
  const { cluster, target, darkSince, darkUntil } = incident
  const from = new Date(Date.parse(darkSince) - 60_000).toISOString()
  const to = darkUntil === null ? '' : `&to=${new Date(Date.parse(darkUntil) + 1000).toISOString()}`
  const query = `cluster=${writePart(cluster)}&target=${writePart(target)}&from=${from}${to}&limit=50`
  const { value } = useAnswer<{ epochs: EpochDocument[] }>(`/epochs?${query}`, news)
  if (value === null || value.epochs.length === 0) return null
  return (
    <section>
      <h2>Placement</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="Placements">
        <table class="epochs">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">For</th>
              <th scope="col">Ready pods on</th>
              <th scope="col">Mapped to</th>
              <th scope="col">Expected</th>
              <th scope="col">Answered</th>
              <th scope="col">Failed</th>
            </tr>
          </thead>
          <tbody>
            {value.epochs.toReversed().map((epoch) => {
              const startedAt = Date.parse(epoch.startedAt)
              const endedAt = epoch.endedAt === null ? now() : Date.parse(epoch.endedAt)
              return (
                <tr key={epoch.id}>
                  <td>{moment(startedAt, now(), 'milliseconds')}</td>
                  <td>{duration(endedAt - startedAt)}</td>
                  <td>{epoch.podNodes.map((node) => nodeName(node, cluster)).join(', ') || 'none'}</td>
                  <td>{nodeName(epoch.mappedNode, cluster)}</td>
                  <td>
                    <Mark state={epoch.expectedUp === null ? 'unknown' : epoch.expectedUp ? 'up' : 'down'} />
                  </td>
                  <td class="number">{epoch.answered}</td>
                  <td class="number">{epoch.failed}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
