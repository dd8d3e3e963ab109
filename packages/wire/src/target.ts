import { CAUSES, PROTOCOLS, SYMPTOMS, type TargetView, type VantageView } from '@portolan/core'
import * as z from 'zod'
import { portState } from './change.ts'
import { encodeRoute, routeDocument } from './route.ts'
import { seconds, timestamp, toSeconds, toTimestamp, toTimestampOrNull } from './time.ts'

export const vantageDocument = z.object({
  vantage: z.string(),
  target: z.string().meta({ description: 'differs from the port for a witness on another node' }),
  address: z.string(),
  port: z.int(),
  decides: z.boolean().meta({ description: "counts for the port's state" }),
  why: z.string(),
  symptom: z.enum(SYMPTOMS).nullable(),
  at: timestamp.nullable(),
  durationSeconds: seconds.nullable(),
  detail: z.string().nullable(),
})

export const targetDocument = z.object({
  id: z.string(),
  cluster: z.string(),
  entry: z.enum(['hostPort', 'node', 'balancer']).meta({
    description: "how a client comes in: by a port of the host, at a node's own address, or at a load balancer's",
  }),
  hostPort: z.int(),
  protocol: z.enum(['tcp', 'udp']),
  listenAddresses: z.array(z.string()),
  provider: z
    .string()
    .exactOptional()
    .meta({ description: 'the tool that made the cluster, as kind or k3d; absent where no engine shows it' }),
  node: z.string().meta({ description: 'the node that the port is mapped to' }),
  containerPort: z.int(),
  route: z.enum(['nodePort', 'hostPort', 'hostNetwork', 'none']),
  service: z.string().nullable().meta({ description: 'namespace/name' }),
  workload: z.string().nullable().meta({ description: 'Kind/namespace/name' }),
  state: portState,
  since: timestamp,
  cause: z.enum(CAUSES).nullable(),
  symptom: z.enum(SYMPTOMS).nullable().meta({ description: 'the worst that a deciding vantage saw last' }),
  vantages: z.array(vantageDocument),
  answered: z.int(),
  attempts: z.int(),
  medianSeconds: seconds
    .nullable()
    .exactOptional()
    .meta({ description: 'how long the newest answers took, the median; where the collector knows it' }),
  pods: z.array(z.object({ name: z.string(), node: z.string().nullable(), serves: z.boolean() })),
  expectedUp: z.boolean().nullable().meta({ description: 'what the placement predicts' }),
  darkProbability: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .meta({ description: 'how probable it is that the next reschedule of its pods leaves the port dark' }),
  spoken: z.object({ protocol: z.enum(PROTOCOLS), why: z.string() }),
  transitions: z.int(),
  degraded: z.string().nullable(),
  note: z.string().nullable(),
  lastOkAt: timestamp.nullable(),
  incident: z.string().nullable().meta({ description: 'the id of the open incident' }),
  routes: z.array(routeDocument).meta({ description: 'behind an edge proxy: the hosts and paths that it serves' }),
  silenced: z.boolean().meta({ description: 'a note says that it is not to page now' }),
})

export const targetsDocument = z.object({ targets: z.array(targetDocument) })

export type TargetDocument = z.infer<typeof targetDocument>
export type TargetsDocument = z.infer<typeof targetsDocument>

/** What only a collector that runs knows of a port. */
interface Beside {
  silenced: boolean
  medianMs: number | null
}

/** @param silenced a note says that it is not to page now */
export function encodeTarget(target: TargetView, silenced = false): TargetDocument {
  return {
    ...target,
    silenced,
    since: toTimestamp(target.since),
    lastOkAt: toTimestampOrNull(target.lastOkAt),
    vantages: target.vantages.map(encodeVantage),
    routes: target.routes.map(encodeRoute),
  }
}

export function encodeTargets(targets: TargetView[], besideOf?: (target: TargetView) => Beside): TargetsDocument {
  return {
    targets: targets.map((target) => {
      if (besideOf === undefined) return encodeTarget(target)
      const { silenced, medianMs } = besideOf(target)
      return { ...encodeTarget(target, silenced), medianSeconds: medianMs === null ? null : toSeconds(medianMs) }
    }),
  }
}

function encodeVantage({ durationMs, at, ...plain }: VantageView): z.infer<typeof vantageDocument> {
  return {
    ...plain,
    at: toTimestampOrNull(at),
    durationSeconds: durationMs === null ? null : toSeconds(durationMs),
  }
}
