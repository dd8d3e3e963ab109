import {
  type Burst,
  isAddress,
  isForbidden,
  isPort,
  LONGEST_MS,
  type Orders,
  type ProbePlan,
  PROTOCOLS,
  TARGET_NAME,
  VANTAGE_NAME,
} from '@portolan/core'
import { fieldOf, readJson } from './ask.ts'

/** What the collector wants, as far as it can be done. */
export interface ReadOrders {
  orders: Orders
  /** Plans, bursts and peers that were left out: which, and why. Each of its texts has an end. */
  left: string[]
}

/** Many times what the largest kind cluster needs. */
const MOST = { plans: 20_000, peers: 5000, bursts: 20_000 }
const LONGEST_ID = 1000
const LONGEST_TEXT = 5000
/** Nothing is probed more often, whoever asks for it. */
const LEAST_INTERVAL_MS = 20

/** @returns null where it is something else than orders */
export function readOrders(body: string): ReadOrders | null {
  const read = readJson(body)
  const assignment = fieldOf(read, 'assignment')
  const [plans, peers, bursts] = [fieldOf(assignment, 'plans'), fieldOf(assignment, 'peers'), fieldOf(read, 'bursts')]
  const [collector, version] = [fieldOf(read, 'collector'), fieldOf(read, 'version')]
  if (!isText(collector, LONGEST_ID) || !Number.isSafeInteger(version)) return null
  if (!Array.isArray(plans) || !Array.isArray(peers) || !Array.isArray(bursts)) return null
  const left: string[] = []
  const assigned = {
    plans: taken<ProbePlan>(plans, MOST.plans, 'plan', planFault, left),
    peers: taken<string>(peers, MOST.peers, 'peer', addressFault, left),
  }
  const asked = taken<Burst>(bursts, MOST.bursts, 'burst', burstFault, left)
  return { orders: { collector, version: version as number, assignment: assigned, bursts: asked }, left }
}

function taken<T>(
  given: unknown[],
  most: number,
  what: string,
  faultOf: (one: unknown) => string | null,
  left: string[],
): T[] {
  if (given.length > most) left.push(`${given.length - most} of ${given.length} ${what}s: at most ${most} are taken`)
  return given.slice(0, most).filter((one, index): one is T => {
    const fault = faultOf(one)
    if (fault !== null) left.push(`${what} ${nameOf(one) ?? index}: ${fault}`)
    return fault === null
  }) as T[]
}

function nameOf(one: unknown): string | null {
  const name = fieldOf(one, 'id') ?? fieldOf(one, 'plan')
  return typeof name === 'string' ? name.slice(0, 200) : null
}

function planFault(plan: unknown): string | null {
  const speech = fieldOf(plan, 'speech')
  return (
    (isText(fieldOf(plan, 'id'), LONGEST_ID) ? null : 'id: expected a text') ??
    (isNamedAs(fieldOf(plan, 'target'), TARGET_NAME) ? null : 'target: expected a target') ??
    (isNamedAs(fieldOf(plan, 'vantage'), VANTAGE_NAME) ? null : 'vantage: expected a vantage') ??
    addressFault(fieldOf(plan, 'address')) ??
    (isPort(fieldOf(plan, 'port')) ? null : 'port: expected a port') ??
    msFault(plan, 'intervalMs', LEAST_INTERVAL_MS) ??
    msFault(plan, 'timeoutMs', 1) ??
    speechFault(speech)
  )
}

function speechFault(speech: unknown): string | null {
  if (!isText(fieldOf(speech, 'identity'), LONGEST_ID)) return 'speech.identity: expected a text'
  const [protocol, transport] = [fieldOf(speech, 'protocol'), fieldOf(speech, 'transport')]
  if (!PROTOCOLS.some((known) => known === protocol))
    return `speech.protocol is ${shown(protocol)}, which is not known here`
  if (transport !== undefined && transport !== 'udp')
    return `speech.transport is ${shown(transport)}, expected udp or none`
  const first = fieldOf(speech, 'first')
  if (first !== undefined && first !== 'https') return `speech.first is ${shown(first)}, expected https or none`
  const marks = fieldOf(speech, 'marks')
  if (marks !== undefined && marks !== true) return `speech.marks is ${shown(marks)}, expected true or none`
  const wrong = ['why', 'path', 'host', 'expectStatus', 'hello', 'expect'].find((name) => {
    const text = fieldOf(speech, name)
    return text !== undefined && !isText(text, LONGEST_TEXT)
  })
  return wrong === undefined ? null : `speech.${wrong}: expected a text of at most ${LONGEST_TEXT} characters`
}

function burstFault(burst: unknown): string | null {
  if (!isText(fieldOf(burst, 'plan'), LONGEST_ID)) return 'expected a plan'
  return msFault(burst, 'everyMs', LEAST_INTERVAL_MS) ?? msFault(burst, 'timeoutMs', 1) ?? msFault(burst, 'forMs', 0)
}

function addressFault(address: unknown): string | null {
  if (typeof address !== 'string' || !isAddress(address)) return `address is ${shown(address)}, expected an IP address`
  return isForbidden(address) ? `address is ${shown(address)}, where no pod and no node is` : null
}

function msFault(from: unknown, name: string, least: number): string | null {
  const ms = fieldOf(from, name)
  const isWithin = typeof ms === 'number' && ms >= least && ms <= LONGEST_MS
  return isWithin ? null : `${name} is ${shown(ms)}, expected ${least} ms or more`
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most
}

function isNamedAs(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

/** What stood there, short enough for a log. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 60)
}
