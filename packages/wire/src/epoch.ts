import type { Epoch } from '@portolan/core'
import * as z from 'zod'
import { timestamp, toTimestamp, toTimestampOrNull } from './time.ts'

/** A stretch of time in which the way from a host port to its endpoints did not change. */
export const epochDocument = z.object({
  id: z.string(),
  cluster: z.string(),
  target: z.string(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  mappedNode: z.string(),
  podNodes: z.array(z.string()),
  leaving: z
    .literal(true)
    .optional()
    .meta({ description: 'an endpoint still served while its pod was being deleted: not counted as a placement' }),
  expectedUp: z.boolean().nullable(),
  answered: z.int(),
  failed: z.int(),
})

export const epochsDocument = z.object({ epochs: z.array(epochDocument) })

export type EpochDocument = z.infer<typeof epochDocument>
export type EpochsDocument = z.infer<typeof epochsDocument>

export function encodeEpoch(epoch: Epoch): EpochDocument {
  return { ...epoch, startedAt: toTimestamp(epoch.startedAt), endedAt: toTimestampOrNull(epoch.endedAt) }
}

export function encodeEpochs(epochs: Epoch[]): EpochsDocument {
  return { epochs: epochs.map(encodeEpoch) }
}
