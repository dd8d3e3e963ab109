import { type Agent, type MeshPair, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { seconds, timestamp, toSeconds, toTimestamp } from './time.ts'

const pair = z.object({
  from: z.string(),
  to: z.string(),
  symptom: z.enum(SYMPTOMS),
  at: timestamp,
  duration: seconds.describe('until the first datagram came back, in seconds'),
  sent: z.int().describe('datagrams of the latest probe, or of a run of equal ones'),
  lost: z.int(),
  duplicated: z.int(),
  reordered: z.int(),
  keptLost: z.int().describe('lost on the socket that is kept from probe to probe'),
  answered: z.number().describe('the share of the last ten probes that was answered'),
})

/** How the nodes see each other: `GET /api/v1/mesh`. */
export const meshDocument = z.object({
  clusters: z.array(
    z.object({
      cluster: z.string(),
      agents: z.array(z.object({ node: z.string(), heardAt: timestamp, reporting: z.boolean() })),
      pairs: z.array(pair),
    }),
  ),
})

export type MeshDocument = z.infer<typeof meshDocument>

export function encodeMesh(
  clusters: { cluster: string; agents: Agent[]; reporting: readonly string[]; pairs: MeshPair[] }[],
): MeshDocument {
  return {
    clusters: clusters.map(({ cluster, agents, reporting, pairs }) => ({
      cluster,
      agents: agents.map(({ node, heardAt }) => ({
        node,
        heardAt: toTimestamp(heardAt),
        reporting: reporting.includes(node),
      })),
      pairs: pairs.map(encodePair),
    })),
  }
}

function encodePair({
  from,
  to,
  symptom,
  at,
  durationMs,
  echo,
  recent,
}: MeshPair): MeshDocument['clusters'][0]['pairs'][0] {
  const { sent = 0, lost = 0, duplicated = 0, reordered = 0, keptLost = 0 } = echo ?? {}
  const answered = recent.length === 0 ? 0 : recent.filter(Boolean).length / recent.length
  return {
    from,
    to,
    symptom,
    at: toTimestamp(at),
    duration: toSeconds(durationMs),
    sent,
    lost,
    duplicated,
    reordered,
    keptLost,
    answered,
  }
}
