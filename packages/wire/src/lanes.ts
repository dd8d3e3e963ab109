import { type ClusterEventChange, type Lane, type Note, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { clusterEventLine } from './change.ts'
import { encodeNote, noteDocument } from './note.ts'
import { seconds, timestamp, toSeconds, toTimestamp } from './time.ts'

const stretch = { from: timestamp, to: timestamp }

export const reachDocument = z.object({
  ...stretch,
  state: z.enum(['up', 'down', 'flapping', 'unknown', 'by_design', 'gap']),
  symptom: z.enum(SYMPTOMS).nullable(),
  incident: z.string().nullable(),
  episodes: z.int().meta({ description: 'dark stretches within it' }),
  darkSeconds: seconds.meta({ description: 'how long they were together' }),
})

export const placementDocument = z.object({
  ...stretch,
  mappedNode: z.string(),
  podNodes: z.array(z.string()),
  expectedUp: z.boolean().nullable(),
  epochs: z.int(),
})

export const moveDocument = z.object({
  at: timestamp,
  workload: z.string(),
  kind: z.enum(['restarted', 'rescheduled', 'recreated', 'rollout', 'scaled']),
  reason: z.string(),
  from: z.array(z.string()),
  to: z.array(z.string()),
  count: z.int().meta({ description: 'moves too close together to be shown one by one' }),
})

export const laneDocument = z.object({
  cluster: z.string(),
  target: z.string(),
  reach: z.array(reachDocument),
  placement: z.array(placementDocument),
  moves: z.array(moveDocument),
})

/** The timeline as a picture: for each port whether it answered and where its pods were. */
export const lanesDocument = z.object({
  ...stretch,
  resolutionSeconds: seconds,
  ports: z
    .array(z.object({ cluster: z.string(), target: z.string() }))
    .meta({ description: 'all that were mapped within the range or are now, in order' }),
  lanes: z.array(laneDocument).meta({ description: 'of the ports from offset on, as many as limit, 1000 by default' }),
  events: z.array(clusterEventLine).meta({ description: 'what happened to whole clusters' }),
  notes: z.array(noteDocument),
})

export type LaneDocument = z.infer<typeof laneDocument>
export type LanesDocument = z.infer<typeof lanesDocument>

export function encodeLanes(drawn: {
  from: number
  to: number
  resolutionMs: number
  ports: Pick<Lane, 'cluster' | 'target'>[]
  lanes: Lane[]
  events: ClusterEventChange[]
  notes: Note[]
}): LanesDocument {
  return {
    from: toTimestamp(drawn.from),
    to: toTimestamp(drawn.to),
    resolutionSeconds: toSeconds(drawn.resolutionMs),
    ports: drawn.ports.map(({ cluster, target }) => ({ cluster, target })),
    lanes: drawn.lanes.map(encodeLane),
    events: drawn.events.map((event) => ({ ...event, at: toTimestamp(event.at) })),
    notes: drawn.notes.map(encodeNote),
  }
}

/** Field by field: of these there are a hundred thousand in a day of many ports. */
export function encodeLane({ cluster, target, reach, placement, moves }: Lane): LaneDocument {
  return {
    cluster,
    target,
    reach: reach.map(({ from, to, state, symptom, incident, episodes, darkMs }) => ({
      from: toTimestamp(from),
      to: toTimestamp(to),
      state,
      symptom,
      incident,
      episodes,
      darkSeconds: toSeconds(darkMs),
    })),
    placement: placement.map(({ from, to, mappedNode, podNodes, expectedUp, epochs }) => ({
      from: toTimestamp(from),
      to: toTimestamp(to),
      mappedNode,
      podNodes,
      expectedUp,
      epochs,
    })),
    moves: moves.map(({ at, workload, kind, reason, from, to, count }) => ({
      at: toTimestamp(at),
      workload,
      kind,
      reason,
      from,
      to,
      count,
    })),
  }
}
