import { type Outcome, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { seconds, timestamp, toSeconds, toTimestamp } from './time.ts'

export const probeDocument = z.object({
  cluster: z.string(),
  target: z.string(),
  vantage: z.string(),
  at: timestamp.meta({ description: 'when it began' }),
  symptom: z.enum(SYMPTOMS),
  durationSeconds: seconds,
  count: z.int().meta({ description: 'how many were answered alike and are listed as one' }),
  until: timestamp.meta({ description: 'when the last of them began' }),
})

/** What single probes of the ports saw, in the order in which they began. */
export const probesDocument = z.object({
  from: timestamp,
  to: timestamp,
  probes: z.array(probeDocument),
  complete: z.boolean().meta({ description: 'false when there were more than one answer holds' }),
})

export type ProbeDocument = z.infer<typeof probeDocument>
export type ProbesDocument = z.infer<typeof probesDocument>

export interface StoredProbe {
  cluster: string
  outcome: Outcome
}

export function encodeProbes(seen: {
  from: number
  to: number
  probes: StoredProbe[]
  complete: boolean
}): ProbesDocument {
  return {
    from: toTimestamp(seen.from),
    to: toTimestamp(seen.to),
    probes: seen.probes.map(encodeProbe),
    complete: seen.complete,
  }
}

function encodeProbe({ cluster, outcome }: StoredProbe): ProbeDocument {
  const { target, vantage, startedAt, durationMs, symptom, run } = outcome
  return {
    cluster,
    target,
    vantage,
    at: toTimestamp(startedAt),
    symptom,
    durationSeconds: toSeconds(durationMs),
    count: run?.count ?? 1,
    until: toTimestamp(run?.until ?? startedAt),
  }
}
