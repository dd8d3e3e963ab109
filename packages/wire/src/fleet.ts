import { CAUSES } from '@portolan/core'
import * as z from 'zod'
import { timestamp } from './time.ts'

const barState = z
  .enum(['answered', 'dark', 'unsure', 'unknown'])
  .meta({ description: 'unsure: some probes failed, and no port was dark; unknown: nothing was reported' })

/** The clusters of a hub, those with trouble first. */
export const fleetDocument = z.object({
  from: timestamp,
  to: timestamp,
  barSeconds: z.number(),
  total: z.int().meta({ description: 'how many clusters there are, whatever is asked for' }),
  states: z
    .object({ dark: z.int(), unsure: z.int(), quiet: z.int(), answered: z.int() })
    .meta({ description: 'how many of all clusters are in each state' }),
  labels: z
    .record(z.string(), z.array(z.string()))
    .meta({ description: 'all values of each label, whatever is asked for' }),
  clusters: z.array(
    z.object({
      cluster: z.string().meta({ description: 'SENDER/CLUSTER' }),
      state: z
        .enum(['dark', 'unsure', 'quiet', 'answered'])
        .meta({ description: 'quiet: its collector has not been heard for 90 s' }),
      heardAt: timestamp,
      labels: z.record(z.string(), z.string()),
      ports: z.int(),
      states: z.record(z.string(), z.int()).meta({ description: 'how many ports are in each state' }),
      atRisk: z.int().meta({ description: 'ports that answer by luck: the next reschedule may take them down' }),
      open: z.int().meta({ description: 'open incidents' }),
      worst: z
        .object({ target: z.string(), cause: z.enum(CAUSES), summary: z.string(), openedAt: timestamp })
        .nullable()
        .meta({ description: 'the oldest open incident' }),
      bars: z.array(barState).meta({ description: 'oldest first' }),
    }),
  ),
  shared: z
    .array(z.object({ cause: z.enum(CAUSES), clusters: z.array(z.string()), since: timestamp }))
    .meta({ description: 'causes of open incidents in several clusters at once' }),
})

export type FleetDocument = z.infer<typeof fleetDocument>

const ofCause = {
  incidents: z.int(),
  open: z.int().meta({ description: 'how many of them last still' }),
  darkSeconds: z
    .number()
    .meta({ description: 'of all ports, within the time that is asked for: two at once count twice' }),
  since: timestamp.meta({ description: 'when the first of them opened' }),
  last: timestamp.meta({ description: 'when the last of them opened' }),
}

/** Why ports of the clusters of a hub were dark: what lasts still first, then what took longest. */
export const fleetCausesDocument = z.object({
  from: timestamp,
  to: timestamp,
  causes: z.array(
    z.object({
      cause: z.enum(CAUSES),
      ...ofCause,
      clusters: z.array(
        z.object({
          cluster: z.string(),
          ...ofCause,
          incident: z.string().meta({ description: 'the last of them' }),
          target: z.string().meta({ description: 'the port of the last of them' }),
        }),
      ),
    }),
  ),
})

export type FleetCausesDocument = z.infer<typeof fleetCausesDocument>
