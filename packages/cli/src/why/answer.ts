import { bySight, courseOf, onsetText, titleOf, withoutKind } from '@portolan/core'
import type { ExplanationDocument, RouteExplanationDocument, WhyDocument } from '@portolan/wire'

type Incident = NonNullable<ExplanationDocument['incident']>

interface Circumstances {
  source: WhyDocument['source']
  /** A command that waits for it. */
  verify: string
  now: number
  /** A moment within a sentence. */
  time(at: number): string
}

/** All that it takes to act on one port, out of all that is known of it. */
export function whyOf(explanation: ExplanationDocument, { source, verify, now, time }: Circumstances): WhyDocument {
  const { target, incident, hops, foreseen } = explanation
  const { id, cluster, node, service, workload, state, since } = target
  const name = withoutKind(id)
  const isAtRisk = state === 'up' && foreseen !== null && (foreseen.darkProbability ?? 0) > 0
  return {
    port: `${cluster}/${name}`,
    cluster,
    target: id,
    node,
    service,
    workload,
    state,
    since,
    stateSeconds: secondsSince(since, now),
    summary: sentence(`Port ${name}`, { ...target, incident }),
    verdict: incident === null ? null : verdictOf(incident, time),
    brokenHop: hops.find((hop) => hop.state === 'red') ?? null,
    evidence: incident?.evidence ?? [],
    ...bySight(explanation.ruledOut),
    fixes: incident?.remedies ?? [],
    atRisk: isAtRisk
      ? { darkProbability: foreseen.darkProbability ?? 0, summary: foreseen.summary, fixes: foreseen.remedies }
      : null,
    notes: notesOf(target, incident),
    verify: { text: waitsUntil('port'), command: verify },
    source,
  }
}

/** The same of a route behind an edge proxy. */
export function whyOfRoute(explanation: RouteExplanationDocument, circumstances: Circumstances): WhyDocument {
  const { source, verify, now, time } = circumstances
  const { route, hops, incident } = explanation
  const { id, cluster, name, state, since, degraded, note, service } = route
  return {
    port: `${cluster}/${id.replace('route:', '')}`,
    cluster,
    target: id,
    node: incident?.node ?? null,
    service,
    workload: null,
    state,
    since,
    stateSeconds: secondsSince(since, now),
    summary: sentence(`Route ${name}`, { state, degraded, note, incident }),
    verdict: incident === null ? null : verdictOf(incident, time),
    brokenHop: hops.find((hop) => hop.state === 'red') ?? null,
    evidence: incident?.evidence ?? [],
    ruledOut: [],
    notChecked: [],
    fixes: incident?.remedies ?? [],
    atRisk: null,
    notes: notesOf(route, incident),
    verify: { text: verifyText(explanation), command: verify },
    source,
  }
}

const waitsUntil = (what: string) => `This waits until the ${what} answers (exit code 0).`

/** Only what a port leads to can be waited for. */
function verifyText(explanation: RouteExplanationDocument): string {
  if (explanation.route.port === null) return 'This asks again.'
  return isBehindDark(explanation) ? 'This says why the port in front of it is dark.' : waitsUntil('route')
}

/** A route behind a dark port is no fault of its own. */
export function isBehindDark({ route, incident }: RouteExplanationDocument): boolean {
  return incident === null && route.state === 'down' && route.port !== null
}

function secondsSince(since: string, now: number): number {
  return Math.max(0, Math.round((now - Date.parse(since)) / 100) / 10)
}

function verdictOf(incident: Incident, time: (at: number) => string): NonNullable<WhyDocument['verdict']> {
  const { cause, confidence, candidates, summary } = incident
  return { cause, title: titleOf(cause), confidence, candidates, summary, onset: onsetText(courseOf(incident), time) }
}

/** The summary of one that is not well ends with the note already. */
function notesOf(
  { state, degraded, note }: Pick<WhyDocument, 'state'> & { degraded: string | null; note: string | null },
  incident: Incident | null,
): string[] {
  return [degraded, state === 'up' || incident !== null ? note : null].filter((text) => text !== null)
}

const STATES: Record<WhyDocument['state'], string> = {
  up: 'answers',
  down: 'does not answer',
  flapping: 'comes and goes',
  unknown: 'is unknown',
  by_design: 'does not answer, by design',
  broken: 'is answered by the edge proxy instead of the application',
}

/** Why no cause is named. A port that flaps may have been dark for the same cause many times, and answer now. */
const WITHOUT_CAUSE: Partial<Record<WhyDocument['state'], string>> = {
  unknown: 'no probe of it has ended yet',
  flapping: '`portolan incidents` lists its outages, each with its cause',
}

function sentence(
  what: string,
  {
    state,
    degraded,
    note,
    incident,
  }: Pick<WhyDocument, 'state'> & {
    degraded: string | null
    note: string | null
    incident: Incident | null
  },
): string {
  const how = `${what} ${STATES[state]}`
  if (incident !== null) return `${how}: ${incident.summary}`
  if (state === 'up') return degraded === null ? `${how}.` : `${how}, but ${degraded}.`
  return `${how}: ${note ?? WITHOUT_CAUSE[state] ?? 'it is too early for a cause'}.`
}
