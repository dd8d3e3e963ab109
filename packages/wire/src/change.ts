import { type Change, CLUSTER_EVENTS, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { encodeIncident, incidentDocument, vantageSymptoms } from './incident.ts'
import { seconds, timestamp, toSeconds, toTimestamp } from './time.ts'

export const portState = z.enum(['up', 'down', 'flapping', 'unknown', 'by_design'])

export const targetState = z
  .enum(['up', 'down', 'broken', 'flapping', 'unknown', 'by_design'])
  .meta({ description: 'broken: of a route, something answers and it is not the application' })

const said = { at: timestamp, cluster: z.string() }

export const targetStateLine = z.object({
  ...said,
  type: z.literal('target.state'),
  target: z.string(),
  state: targetState,
  previous: targetState,
  symptom: z.enum(SYMPTOMS).nullable(),
  vantages: vantageSymptoms,
})

export const placementLine = z.object({
  ...said,
  type: z.literal('placement.changed'),
  target: z.string().meta({ description: 'a port behind which it happened' }),
  targets: z.array(z.string()).meta({ description: 'all ports behind which it happened' }),
  workload: z.string().meta({ description: 'Kind/namespace/name' }),
  kind: z.enum(['restarted', 'rescheduled', 'recreated', 'rollout', 'scaled']),
  reason: z.string(),
  from: z.array(z.string()).meta({ description: 'nodes' }),
  to: z.array(z.string()).meta({ description: 'nodes' }),
})

export const incidentLine = z.object({
  ...said,
  type: z.enum(['incident.opened', 'incident.updated', 'incident.closed']),
  ...incidentDocument.shape,
})

export const gapLine = z.object({
  ...said,
  type: z.literal('gap'),
  from: timestamp,
  to: timestamp,
  reason: z.string(),
  clockSetSeconds: seconds
    .optional()
    .meta({ description: 'no time passed: the clock was set, forward or back (negative), by so many seconds' }),
})

export const clusterEventLine = z.object({
  ...said,
  type: z.literal('cluster.event'),
  event: z.enum(CLUSTER_EVENTS),
  node: z.string().nullable(),
  text: z.string(),
})

/** What happened: an entry of the timeline, a message of the stream, a line of `watch --json`. */
export const changeLine = z.discriminatedUnion('type', [
  targetStateLine,
  placementLine,
  incidentLine,
  clusterEventLine,
  gapLine,
])

export type ChangeLine = z.infer<typeof changeLine>

export function encodeChange(change: Change): ChangeLine {
  const at = toTimestamp(change.at)
  switch (change.type) {
    case 'target.state':
    case 'placement.changed':
    case 'cluster.event':
      return { ...change, at }
    case 'gap': {
      const { clockSetMs, from, to, ...gap } = change
      const set = clockSetMs === undefined ? {} : { clockSetSeconds: toSeconds(clockSetMs) }
      return { ...gap, at, from: toTimestamp(from), to: toTimestamp(to), ...set }
    }
    case 'incident.opened':
    case 'incident.updated':
    case 'incident.closed':
      return { at, type: change.type, ...encodeIncident(change.incident, change.at) }
  }
}
