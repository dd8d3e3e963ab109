import { CAUSES, type Evidence, type Incident, type Remedy, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { seconds, timestamp, toSeconds, toTimestamp, toTimestampOrNull } from './time.ts'

export const evidenceDocument = z.object({
  kind: z.enum(['object', 'probe', 'engine', 'event', 'absence', 'history', 'rule']),
  text: z.string(),
  at: timestamp,
  object: z
    .object({
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      uid: z.string(),
      resourceVersion: z.string(),
    })
    .exactOptional(),
})

export const remedyDocument = z.object({
  text: z.string(),
  cost: z.string().exactOptional(),
  command: z.string().exactOptional(),
})

/** The worst that each vantage saw. */
export const vantageSymptoms = z.record(z.string(), z.enum(SYMPTOMS))

const happening = z.object({ at: timestamp, text: z.string().meta({ description: 'a clause, for people' }) })

export const incidentDocument = z.object({
  id: z.string(),
  cluster: z.string(),
  target: z.string(),
  state: z.enum(['open', 'closed']),
  cause: z.enum(CAUSES),
  confidence: z.enum(['proven', 'likely', 'ambiguous', 'unproven']),
  candidates: z.array(z.enum(CAUSES)).meta({ description: 'causes that cannot be distinguished from `cause`' }),
  summary: z.string().meta({ description: 'one sentence' }),
  evidence: z.array(evidenceDocument),
  remedies: z.array(remedyDocument),
  node: z.string().nullable().meta({ description: 'the node that the port is mapped to' }),
  vantages: vantageSymptoms,
  routes: z
    .object({ count: z.int(), names: z.array(z.string()) })
    .exactOptional()
    .meta({
      description:
        'routes behind the port, which are dark with it, or others that are broken for the same reason as the route; the names of at most 20',
    }),
  planned: z.boolean().meta({ description: 'a drain or rollout was going on when it opened' }),
  changedAt: timestamp.nullable().meta({ description: 'when the cluster changed such that the port went dark' }),
  trigger: happening
    .nullable()
    .meta({ description: 'what happened behind the port as it went dark, where that was seen' }),
  later: z.array(happening).meta({ description: 'what happened behind it after that, while it was dark' }),
  foundDarkAt: timestamp.nullable().meta({ description: 'when watching began, of a port that was dark already' }),
  neverAnswered: z
    .boolean()
    .meta({ description: 'something came to use the port while it was watched, and it has never answered' }),
  openedAt: timestamp,
  closedAt: timestamp.nullable(),
  darkSince: timestamp.meta({ description: 'when the first probe that failed was started' }),
  darkUntil: timestamp.nullable().meta({ description: 'when the first probe that was answered again was started' }),
  ended: z
    .string()
    .exactOptional()
    .meta({ description: 'why it is over though nothing answered, e.g. because the port is no longer mapped' }),
  darkSeconds: seconds.meta({ description: 'how long the port was dark, or has been dark so far' }),
})

export const incidentsDocument = z.object({ incidents: z.array(incidentDocument) })

export type IncidentDocument = z.infer<typeof incidentDocument>
export type IncidentsDocument = z.infer<typeof incidentsDocument>

/** @param now for how long it has been dark so far, ms since the epoch */
export function encodeIncident(incident: Incident, now: number): IncidentDocument {
  const {
    symptoms,
    evidence,
    remedies,
    changedAt,
    openedAt,
    closedAt,
    darkSince,
    darkUntil,
    trigger = null,
    later = [],
    foundDarkAt = null,
    neverAnswered = false,
    clockSetMs: _,
    ...plain
  } = incident
  return {
    ...plain,
    state: closedAt === null ? 'open' : 'closed',
    evidence: evidence.map(encodeEvidence),
    remedies: remedies.map((remedy: Remedy) => ({ ...remedy })),
    vantages: { ...symptoms },
    changedAt: toTimestampOrNull(changedAt),
    trigger: trigger === null ? null : { ...trigger, at: toTimestamp(trigger.at) },
    later: later.map((one) => ({ ...one, at: toTimestamp(one.at) })),
    foundDarkAt: toTimestampOrNull(foundDarkAt),
    neverAnswered,
    openedAt: toTimestamp(openedAt),
    closedAt: toTimestampOrNull(closedAt),
    darkSince: toTimestamp(darkSince),
    darkUntil: toTimestampOrNull(darkUntil),
    darkSeconds: toSeconds(Math.max(0, (darkUntil ?? closedAt ?? now) - darkSince)),
  }
}

export function encodeIncidents(incidents: Incident[], now: number): IncidentsDocument {
  return { incidents: incidents.map((incident) => encodeIncident(incident, now)) }
}

function encodeEvidence(evidence: Evidence): z.infer<typeof evidenceDocument> {
  return { ...evidence, at: toTimestamp(evidence.at) }
}
