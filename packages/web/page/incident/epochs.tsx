import { isRoute } from '@portolan/core'
import type { EpochDocument } from '@portolan/wire'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { duration, moment } from '../time.ts'
import { nodeName } from '../words.ts'
import { writePart } from '../route.ts'

const MOST = 50
/** The placement of before, and that of after. */
const BESIDE_MS = 1000
/** Rollouts pass through placements that no probe had time to meet. */
const SHORTEST_MS = 200

/** The placements of an incident, the newest first; those that no probe had time to meet are left out. */
export function useEpochs({ cluster, target, darkSince, darkUntil }: IncidentDocument, news: number): EpochDocument[] {
  const from = new Date(Date.parse(darkSince) - BESIDE_MS).toISOString()
  const to = darkUntil === null ? '' : `&to=${new Date(Date.parse(darkUntil) + BESIDE_MS).toISOString()}`
  const query = `cluster=${writePart(cluster)}&target=${writePart(target)}&from=${from}${to}&limit=${MOST}`
  const { value } = useAnswer<{ epochs: EpochDocument[] }>(isRoute(target) ? null : `/epochs?${query}`, news)
  return value?.epochs.filter((epoch) => endOf(epoch) - Date.parse(epoch.startedAt) >= SHORTEST_MS) ?? []
}

/** Where the pods were just before, during and just after: answers follow the placement, not chance. */
export function Epochs({ epochs, cluster }: { epochs: readonly EpochDocument[]; cluster: string }) {
  if (epochs.length === 0) return null
  return (
    <details class="card">
      <summary>Placements: {epochs.length}</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label="Placements">
        <table class="epochs">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">For</th>
              <th scope="col">Ready pods on</th>
              <th scope="col">Mapped to</th>
              <th scope="col">Expected</th>
              <th scope="col" class="number">
                Answered
              </th>
              <th scope="col" class="number">
                Failed
              </th>
            </tr>
          </thead>
          <tbody>
            {epochs.toReversed().map((epoch) => (
              <tr key={epoch.id}>
                <td>{moment(Date.parse(epoch.startedAt), now(), 'milliseconds')}</td>
                <td>{duration(endOf(epoch) - Date.parse(epoch.startedAt))}</td>
                <td>{podsText(epoch, cluster)}</td>
                <td>{nodeName(epoch.mappedNode, cluster)}</td>
                <td>
                  <Mark state={epoch.expectedUp === null ? 'unknown' : epoch.expectedUp ? 'up' : 'down'} />
                </td>
                <td class="number">{epoch.answered}</td>
                <td class="number">{epoch.failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

function endOf({ endedAt }: EpochDocument): number {
  return endedAt === null ? now() : Date.parse(endedAt)
}

function podsText({ podNodes }: EpochDocument, cluster: string): string {
  return podNodes.map((node) => nodeName(node, cluster)).join(', ') || 'none'
}

/** `worker → none → worker3`; a long way is cut in its middle. */
export function placesText(epochs: readonly EpochDocument[], cluster: string): string {
  const places = epochs
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map((epoch) => podsText(epoch, cluster))
    .filter((place, index, all) => place !== all[index - 1])
  return (places.length > 5 ? [...places.slice(0, 2), '…', ...places.slice(-2)] : places).join(' → ')
}
