import {
  BALANCER_PROGRAMS,
  type Batch,
  LATEST_MS,
  LONGEST_MS,
  MOST_BACKENDS,
  MOST_BALANCED_PORTS,
  MOST_COUNTED,
  type NodeContainer,
  type Observation,
  type Outcome,
  PHASES,
  PROTOCOLS,
  SYMPTOMS,
  TARGET_NAME,
  VANTAGE_NAME,
} from '@portolan/core'
import * as z from 'zod'
import { listOf } from './list-of.ts'

/** So much one batch may hold. */
export const MOST_FACTS = 2000

const name = z.string().min(1).max(253)
/** A whole range of NodePorts may be mapped, at an IPv4 and an IPv6 address, for TCP and UDP. */
const MOST_BINDINGS = 12_000
const text = z.string().max(2000)
/** Which of these are near enough to now is for the reader to say, who knows it. */
const time = z.number().min(0).max(LATEST_MS).transform(Math.round)
const ms = z.number().min(0).max(LONGEST_MS)
const port = z.int().min(1).max(65_535)
/** 0: the engine is to choose one. */
const askedPort = z.int().min(0).max(65_535)
const count = z.int().min(0).max(MOST_COUNTED)

const outcome = z.strictObject({
  target: z.string().regex(TARGET_NAME, 'expected a target'),
  vantage: z.string().regex(VANTAGE_NAME, 'expected a vantage'),
  startedAt: time,
  durationMs: ms,
  symptom: z.enum(SYMPTOMS),
  protocol: z.enum(PROTOCOLS),
  phases: z.strictObject(Object.fromEntries(PHASES.map((phase) => [phase, ms.optional()]))),
  failedIn: z.enum(PHASES).optional(),
  timeoutMs: ms,
  burst: z.boolean(),
  status: z.int().min(0).max(999).optional(),
  answer: z
    .strictObject({
      server: z.string().max(100),
      location: z.string().max(400).optional(),
      body: z.string().max(64),
      certificate: z.strictObject({ subject: z.string().max(200), fits: z.boolean() }).optional(),
    })
    .optional(),
  detail: z.string().max(400).optional(),
  excerpt: z.string().max(400).optional(),
  echo: z
    .strictObject({ sent: count, lost: count, duplicated: count, reordered: count, keptSent: count, keptLost: count })
    .optional(),
  kept: z.enum(['ok', 'silent']).optional(),
  run: z.strictObject({ count: count.min(1), until: time, durationsMs: z.array(ms).max(1000) }).optional(),
})

const binding = z.strictObject({
  listenAddress: z.string().max(64),
  hostPort: askedPort,
  containerPort: port,
  protocol: z.enum(['tcp', 'udp']),
})

const container = z.strictObject({
  id: name,
  name,
  role: z.enum(['control-plane', 'worker', 'balancer']),
  state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  startedAt: time,
  addresses: z.array(z.string().max(64)).max(16),
  bindings: listOf(binding, MOST_BINDINGS),
  wished: listOf(binding, MOST_BINDINGS),
  error: text.optional(),
  provider: name.optional(),
  service: z.strictObject({ namespace: name, name }).optional(),
} satisfies Record<keyof NodeContainer, z.ZodType>)

const engine = z.strictObject({
  kind: z.enum(['docker', 'podman', 'nerdctl']),
  version: text,
  operatingSystem: text,
  desktop: z.boolean(),
  endpoint: text,
})

/** What an observer elsewhere may tell; what the cluster's own API says the collector asks for itself. */
const observed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('outcome'), outcome }),
  z.strictObject({
    kind: z.literal('protocol'),
    identity: z.string().max(400),
    // What nobody finds out by trying; echo is between agents.
    protocol: z.enum(PROTOCOLS).exclude(['auto', 'echo', 'off']),
    why: text,
  }),
  z.strictObject({ kind: z.literal('agent'), node: name, address: z.string().max(64), echoPort: port }),
  z.strictObject({
    kind: z.literal('gap'),
    scope: z.enum(['prober', 'engine', 'spool']),
    from: time,
    to: time,
    reason: text,
  }),
  z.strictObject({
    kind: z.literal('vantages'),
    lan: z.string().max(64).nullable(),
    loopback6: z.boolean(),
    own: z.array(z.string().max(64)).max(200).optional(),
  }),
  z.strictObject({
    kind: z.literal('neighbours'),
    found: listOf(z.strictObject({ address: z.string().max(64), machine: z.string().max(64) }), 1000),
  }),
  z.discriminatedUnion('status', [
    z.strictObject({ kind: z.literal('engine'), status: z.literal('connected'), engine }),
    z.strictObject({ kind: z.literal('engine'), status: z.literal('lost'), reason: text }),
  ]),
  z.strictObject({ kind: z.literal('containers'), containers: listOf(container, 2000) }),
  z.strictObject({
    kind: z.literal('balancer'),
    name,
    program: z.enum(BALANCER_PROGRAMS),
    ports: listOf(
      z.strictObject({
        containerPort: port,
        protocol: z.enum(['tcp', 'udp']),
        backends: z.array(z.strictObject({ node: name, healthy: z.boolean().optional() })).max(MOST_BACKENDS),
      }),
      MOST_BALANCED_PORTS,
    ),
  }),
  z.strictObject({
    kind: z.literal('container'),
    name,
    action: z.string().max(100),
    exitCode: z.int32().nullable(),
  }),
])

const batch = z.strictObject({
  cluster: name,
  source: z.string().regex(/^(agent|prober)\/[A-Za-z0-9._-]{1,253}$/, 'expected agent/NODE or prober/HOST'),
  boot: z.string().regex(/^[\w~-]{1,80}$/, 'expected an id'),
  facts: listOf(z.strictObject({ sequence: z.int().min(1), at: time, observed }), MOST_FACTS),
})

/**
 * Times are rounded to whole ms, and none is later than `LATEST_MS`: how near to now they are is not looked at.
 *
 * @throws {z.ZodError} naming what is wrong with the first faulty fact
 */
export function decodeBatch(body: unknown): Batch {
  const read = batch.parse(body)
  // Absent keys stay absent: zod's optional keys may be undefined in its types only.
  return read as unknown as Batch & { facts: { observed: Observation & { outcome?: Outcome } }[] }
}
