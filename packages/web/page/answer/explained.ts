import { bySight } from '@portolan/core'
import type {
  ExplanationDocument,
  IncidentDocument,
  RouteDocument,
  RouteExplanationDocument,
  TargetDocument,
} from '../documents.ts'
import type { PortRow } from '../now/port-rows.ts'
import { useAnswer } from '../parts/use-answer.ts'
import { writePart } from '../route.ts'
import type { Hop } from './boxes.ts'

/** All that the collector reports of a port or a route as it is now. */
export interface Explained {
  hops: readonly Hop[]
  incident: IncidentDocument | null
  ruledOut: ExplanationDocument['ruledOut']
  notChecked: ExplanationDocument['ruledOut']
  foreseen: ExplanationDocument['foreseen']
  target: TargetDocument | null
  route: RouteDocument | null
}

export function useExplained(row: PortRow | null, news: number): Explained | null {
  const path = row === null ? '' : `${writePart(row.target)}?cluster=${writePart(row.cluster)}`
  const isPort = row !== null && row.port !== null
  const isRoute = row !== null && row.port === null
  const { value: ofPort } = useAnswer<ExplanationDocument>(isPort ? `/targets/${path}` : null, news)
  const { value: ofRoute } = useAnswer<RouteExplanationDocument>(isRoute ? `/routes/${path}` : null, news)
  if (ofPort !== null) return { ...ofPort, ...bySight(ofPort.ruledOut), route: null }
  if (ofRoute !== null) return { ...ofRoute, ruledOut: [], notChecked: [], foreseen: null, target: null }
  return null
}

/** So many of the newest are looked through. */
const NEWEST = 200

/** The last outage of a port that answers and fails by turns: why it did is why it will again. */
export function useLastIncident({ cluster, target, state }: PortRow, news: number): IncidentDocument | null {
  const path = state === 'flapping' ? `/incidents?cluster=${writePart(cluster)}&limit=${NEWEST}` : null
  const { value, last } = useAnswer<{ incidents: IncidentDocument[] }>(path, news)
  if (path === null) return null
  return (value ?? last)?.incidents.find((one) => one.target === target) ?? null
}
