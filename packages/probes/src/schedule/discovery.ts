import type { Symptom } from '@portolan/core'
import type { Seen } from '../exchange/exchange.ts'
import type { Spoken } from '../protocols/dialogues.ts'

/** What an undiscovered port is tried with, one at a probe, in this order. */
export const IDEAS = ['http', 'https', 'postgres', 'redis'] as const

export type Idea = (typeof IDEAS)[number]

export interface Finding {
  protocol: Spoken
  /** One sentence, for `explain`. */
  why: string
  /** It answers in no known protocol, and only after it was told what this idea says first. */
  afterHelloOf?: Idea
}

/** What an idea found out, and what the probe means in its light: any byte proves that the port is reachable. */
export interface Interpretation {
  finding: Finding | null
  seen: Seen
  /** The next probe tries the next idea. */
  moveOn: boolean
}

const NO_CONNECTION: ReadonlySet<Symptom> = new Set([
  'refused',
  'connect_timeout',
  'unreachable',
  'dns_error',
  'local_error',
])
const NO_ANSWER: ReadonlySet<Symptom> = new Set(['closed', 'reset', 'silent'])

export function interpret(idea: Idea, seen: Seen): Interpretation {
  if (NO_CONNECTION.has(seen.symptom)) return { finding: null, seen, moveOn: false }
  const handshaken = seen.phases.tls !== undefined && seen.failedIn !== 'tls'
  if (idea === 'https' && handshaken) return interpretInsideTls(seen)
  if (NO_ANSWER.has(seen.symptom)) return { finding: null, seen, moveOn: true }
  const { speaks } = seen
  if (speaks?.protocol === 'https') return { finding: null, seen: reached(seen), moveOn: true }
  if (speaks?.protocol === 'http') {
    const finding: Finding = { protocol: 'http', why: 'it answered in HTTP' }
    return { finding, seen: idea === 'http' ? seen : reached(seen), moveOn: false }
  }
  if (speaks !== undefined) {
    const why = `it ${speaks.greets ? 'greeted' : 'answered'} as ${speaks.name} does`
    const finding: Finding = { protocol: speaks.protocol, why }
    if (!speaks.greets && speaks.protocol === 'tcp') finding.afterHelloOf = idea
    return { finding, seen: reached(seen), moveOn: false }
  }
  if (idea === 'https') return { finding: null, seen: reached(seen), moveOn: true }
  const finding: Finding = {
    protocol: 'tcp',
    why: 'it answered, in no protocol that is known here',
    afterHelloOf: idea,
  }
  return { finding, seen: reached(seen), moveOn: false }
}

function interpretInsideTls(seen: Seen): Interpretation {
  if (seen.speaks?.protocol === 'http') {
    return { finding: { protocol: 'https', why: 'it answered in HTTP over TLS' }, seen, moveOn: false }
  }
  const finding: Finding = { protocol: 'tls', why: 'it finished a TLS handshake and speaks no HTTP behind it' }
  return { finding, seen: reached(seen), moveOn: false }
}

function reached({ startedAt, durationMs, phases }: Seen): Seen {
  return { symptom: 'ok', startedAt, durationMs, phases }
}

/** What was found out, by the Speech's identity. */
export interface Discovery {
  known(identity: string): Finding | undefined
  learn(identity: string, finding: Finding): void
  /** Forgets all identities but these. */
  keep(identities: ReadonlySet<string>): void
}

export function createDiscovery(report: {
  onProtocol(identity: string, protocol: Spoken, why: string): void
}): Discovery {
  const findings = new Map<string, Finding>()
  return {
    known: (identity) => findings.get(identity),
    learn(identity, finding) {
      if (findings.has(identity)) return
      findings.set(identity, finding)
      report.onProtocol(identity, finding.protocol, finding.why)
    },
    keep(identities) {
      for (const identity of findings.keys()) if (!identities.has(identity)) findings.delete(identity)
    },
  }
}
