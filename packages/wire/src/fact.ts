import {
  BALANCER_PROGRAMS,
  type Answer,
  type EngineInfo,
  type Fact,
  hasBoundedNumbers,
  type Incident,
  isTime,
  LATEST_MS,
  type NodeContainer,
  type Outcome,
  type PortRule,
  PROTOCOLS,
  RESOURCES,
  type RuleReading,
  SYMPTOMS,
} from '@portolan/core'
import * as z from 'zod'
import { snapshot } from './snapshot.ts'

const text = z.string()
const time = z.number().min(0).max(LATEST_MS)

/** No machine holds more of them at a time: each is looked at whenever something changes. */
const MOST_BINDINGS = 10_000

/** A node's rules for one port are few. */
const MOST_IN_READING = 1000

const bindings = z.array(
  z.object({ listenAddress: text, hostPort: z.number(), containerPort: z.number(), protocol: z.enum(['tcp', 'udp']) }),
)

const container = z.object({
  id: text,
  name: text,
  role: text,
  provider: text.optional(),
  state: text,
  startedAt: time,
  addresses: z.array(text),
  bindings,
  wished: bindings,
  error: text.optional(),
  service: z.object({ namespace: text, name: text }).optional(),
} satisfies Record<keyof NodeContainer, z.ZodType>)

const engine = z.object({
  kind: text,
  version: text,
  operatingSystem: text,
  desktop: z.boolean(),
  endpoint: text,
} satisfies Record<keyof EngineInfo, z.ZodType>)

export const containers = z
  .array(container)
  .refine((all) => all.reduce((sum, one) => sum + one.bindings.length + one.wished.length, 0) <= MOST_BINDINGS, {
    message: `expected at most ${MOST_BINDINGS} port bindings`,
  })

const reading = z.object({
  node: text,
  port: z.number(),
  protocol: z.enum(['tcp', 'udp']),
  family: z.enum(['IPv4', 'IPv6']),
  from: time,
  to: time,
  probes: z.number(),
  mode: z.enum(['iptables', 'nftables']).nullable(),
  rules: z
    .array(
      z.object({
        chain: text,
        verdict: z.enum(['drop', 'reject', 'forward']),
        reason: z.enum(['without_local_endpoints', 'without_endpoints', 'other']),
        service: text,
        packets: z.number().nullable(),
        to: z.array(z.object({ address: text, port: z.number() })).max(MOST_IN_READING),
      } satisfies Record<keyof PortRule, z.ZodType>),
    )
    .max(MOST_IN_READING),
  connections: z.object({ count: z.number(), most: z.number() }).nullable(),
  unread: z.array(text).max(MOST_IN_READING),
} satisfies Record<keyof RuleReading, z.ZodType>)

/** What was observed, of each kind: it has what its readers take for granted. */
const observed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('outcome'), outcome: z.custom<Outcome>(isOutcome, 'expected an outcome') }),
  z.object({ kind: z.literal('protocol'), identity: text, protocol: z.enum(PROTOCOLS), why: text }),
  z.object({
    kind: z.literal('vantages'),
    lan: text.nullable(),
    loopback6: z.boolean(),
    own: z.array(text).optional(),
  }),
  z.object({ kind: z.literal('no_engine') }),
  z.object({
    kind: z.literal('balancer'),
    name: text,
    program: z.enum(BALANCER_PROGRAMS),
    ports: z.array(
      z.object({
        containerPort: z.number(),
        protocol: z.enum(['tcp', 'udp']),
        backends: z.array(z.object({ node: text, healthy: z.boolean().optional() })),
      }),
    ),
  }),
  z.object({ kind: z.literal('neighbours'), found: z.array(z.object({ address: text, machine: text })) }),
  z.discriminatedUnion('status', [
    z.object({ kind: z.literal('engine'), status: z.literal('connected'), engine }),
    z.object({ kind: z.literal('engine'), status: z.literal('lost'), reason: text }),
  ]),
  z.object({ kind: z.literal('containers'), containers }),
  z.object({ kind: z.literal('container'), name: text, action: text, exitCode: z.number().nullable() }),
  z.object({ kind: z.literal('listed'), resource: z.enum(RESOURCES), objects: z.array(snapshot) }),
  z.object({ kind: z.literal('object'), change: z.enum(['set', 'deleted']), object: snapshot }),
  z.object({
    kind: z.literal('watch'),
    resource: z.enum(RESOURCES),
    status: z.enum(['connected', 'lost']),
    reason: text,
  }),
  z.object({ kind: z.literal('gap'), scope: text, from: time, to: time, reason: text }),
  z.object({ kind: z.literal('agent'), node: text, address: text, echoPort: z.number() }),
  z.object({ kind: z.literal('witness'), way: text, refused: text.nullable() }),
  z.object({ kind: z.literal('rule'), reading }),
  z.object({ kind: z.literal('clock'), byMs: z.number() }),
  z.object({ kind: z.literal('tick') }),
  z.object({
    kind: z.literal('resumed'),
    lastAt: time,
    incidents: z.array(z.custom<Incident>(isIncident, 'expected an incident')),
    awaited: z.array(text).optional(),
  }),
])

/**
 * What every fact carries, and what was observed. It may be years old: the bounds of its numbers hold for every time.
 */
const envelope = z.object({
  cluster: text,
  source: text,
  boot: text,
  sequence: z.int(),
  at: time,
  receivedAt: time,
  observed: z
    .unknown()
    .refine((value) => hasBoundedNumbers(value), 'expected numbers within bounds')
    .pipe(observed),
})

/** Accepts what the schema does of outcomes, which come by the million. */
function isOutcomeFact(value: Partial<Fact> | null): value is Fact {
  return (
    typeof value?.cluster === 'string' &&
    typeof value.source === 'string' &&
    typeof value.boot === 'string' &&
    Number.isSafeInteger(value.sequence) &&
    isTime(value.at) &&
    isTime(value.receivedAt) &&
    value.observed?.kind === 'outcome' &&
    hasBoundedNumbers(value.observed) &&
    isOutcome(value.observed.outcome)
  )
}

function isOutcome(value: unknown): value is Outcome {
  const outcome = value as Partial<Outcome> | null | undefined
  return (
    typeof outcome?.target === 'string' &&
    typeof outcome.vantage === 'string' &&
    isTime(outcome.startedAt) &&
    typeof outcome.durationMs === 'number' &&
    outcome.durationMs >= 0 &&
    KNOWN_SYMPTOMS.has(outcome.symptom) &&
    areObjects([outcome.phases]) &&
    [outcome.protocol, outcome.detail, outcome.excerpt].every(
      (said) => said === undefined || typeof said === 'string',
    ) &&
    [outcome.status ?? 0, outcome.timeoutMs].every((one) => typeof one === 'number') &&
    areNumbers(Object.values(outcome.phases ?? {})) &&
    (outcome.answer === undefined || areAnswers([outcome.answer])) &&
    (outcome.echo === undefined || (areObjects([outcome.echo]) && areNumbers(Object.values(outcome.echo)))) &&
    (outcome.run === undefined ||
      (isTime(outcome.run?.until) && typeof outcome.run.count === 'number' && areNumbers(outcome.run.durationsMs)))
  )
}

function areAnswers([answer]: readonly unknown[]): boolean {
  if (!areObjects([answer])) return false
  const { server, location, body, certificate } = answer as Partial<Answer>
  return (
    [server, body, location ?? ''].every((said) => typeof said === 'string') &&
    (certificate === undefined || (areObjects([certificate]) && typeof certificate.subject === 'string'))
  )
}

function areRoutes(routes: unknown): boolean {
  if (routes === undefined) return true
  return areObjects([routes]) && Array.isArray((routes as { names: unknown }).names)
}

function isIncident(value: unknown): value is Incident {
  if (!areObjects([value])) return false
  const incident = value as Partial<Incident>
  const { id, target, summary, cause, openedAt, darkSince, closedAt, darkUntil, evidence, remedies, candidates } =
    incident
  return (
    [id, target, summary, cause].every((text) => typeof text === 'string') &&
    isTime(openedAt) &&
    isTime(darkSince) &&
    [closedAt, darkUntil, incident.changedAt].every((at) => at === null || isTime(at)) &&
    areObjects(evidence ?? [null]) &&
    (evidence ?? []).every(({ at, text }) => isTime(at) && typeof text === 'string') &&
    areObjects(remedies ?? [null]) &&
    (remedies ?? []).every(({ text }) => typeof text === 'string') &&
    Array.isArray(candidates) &&
    areObjects([incident.symptoms]) &&
    areRoutes(incident.routes) &&
    [incident.foundDarkAt, incident.changedAt ?? undefined].every((at) => at === undefined || isTime(at)) &&
    areObjects([incident.trigger ?? {}, ...(incident.later ?? [])]) &&
    [...(incident.trigger === undefined ? [] : [incident.trigger]), ...(incident.later ?? [])].every(
      ({ at, text }) => isTime(at) && typeof text === 'string',
    )
  )
}

function areObjects(values: readonly unknown[]): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'object' && value !== null)
}

function areNumbers(values: readonly unknown[]): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'number')
}

const KNOWN_SYMPTOMS: ReadonlySet<unknown> = new Set(SYMPTOMS)

/** A fact as it is stored and recorded: JSON in one line, times as core counts them. */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(fact)
}

/** @throws {z.ZodError | SyntaxError} when the text is no fact, with the place of what is wrong */
export function decodeFact(text: string): Fact {
  const value = JSON.parse(text)
  if (!isOutcomeFact(value)) envelope.parse(value)
  return value as Fact
}
