import { noEndpoints } from '../causes/no-endpoints.ts'
import { targetPortWrong } from '../causes/nobody-listens.ts'
import { podPending } from '../causes/pod-pending.ts'
import { rolloutGap } from '../causes/rollout-gap.ts'
import { ROUTE_RESOURCES, staleBecause } from '../cluster/inventory.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import type { Confidence } from '../model/cause.ts'
import type { Evidence } from '../model/incident.ts'
import { leadsToNoPort } from '../route/path.ts'
import { conflict, loop, loopback, missing, slow, targetPort, unexplained } from './by-answers.ts'
import { backendMissing, backendPort, behindBy, certificate, classMissing, isEmpty, notAccepted } from './by-objects.ts'
import type { RouteContext } from './route-context.ts'
import type { RouteRule } from './route-rule.ts'

/** The one that explains more before the one that explains less. */
export const ROUTE_RULES: readonly RouteRule[] = [
  certificate,
  classMissing,
  notAccepted('route'),
  backendMissing,
  backendPort,
  notAccepted('backend'),
  behindBy(podPending, isEmpty),
  behindBy(targetPortWrong, ({ behind }) => behind !== null && leadsToNoPort(behind.path)),
  behindBy(noEndpoints, isEmpty),
  behindBy(rolloutGap, isEmpty),
  loop,
  targetPort,
  slow,
  loopback,
  missing,
  conflict,
  unexplained,
]

/** Why a route is broken, and what it shares with others that are, if anything. */
export interface RouteDiagnosis {
  verdict: Verdict
  fault: string | null
}

/** null where nothing says that it is broken. */
export function diagnoseRoute(context: RouteContext): RouteDiagnosis | null {
  const rule = ROUTE_RULES.find((one) => one.holds(context))
  if (rule === undefined) return null
  const verdict: Verdict = {
    cause: rule.cause,
    confidence: mayBeStale(context) ? weaker(rule.confidence(context)) : rule.confidence(context),
    candidates: rule.candidates?.(context) ?? [],
    summary: rule.summary(context),
    evidence: [...rule.evidence(context), ...citeAnswers(context)],
    remedies: rule.remedies(context),
  }
  return { verdict, fault: rule.fault?.(context) ?? null }
}

/** What the objects prove they prove while they are known. */
function mayBeStale({ inventory }: RouteContext): boolean {
  return staleBecause(inventory) !== null || ROUTE_RESOURCES.some((one) => inventory.lost.has(one))
}

function weaker(confidence: Confidence): Confidence {
  return confidence === 'proven' ? 'likely' : confidence
}

function citeAnswers({ route, answer, inside, door, likeControl }: RouteContext): Evidence[] {
  const said: Evidence[] = []
  const words = ({ status, symptom, detail }: NonNullable<typeof answer>) =>
    status === undefined ? (detail ?? symptom) : `HTTP ${status}`
  if (answer !== null) {
    const asked = `${route.protocol}://${route.name} at ${route.plan?.address}:${route.plan?.port}`
    said.push({ kind: 'probe', text: `${asked}: ${words(answer)}`, at: answer.startedAt })
  }
  if (likeControl && door.control.last !== null) {
    said.push({ kind: 'probe', text: 'an unknown host: the same answer', at: door.control.last.startedAt })
  }
  if (inside !== null)
    said.push({ kind: 'probe', text: `the pod, asked from inside: ${words(inside)}`, at: inside.startedAt })
  return said
}
