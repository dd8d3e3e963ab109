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
