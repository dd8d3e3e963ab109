import { appSlow } from '../causes/app-slow.ts'
import { citeObject } from '../causes/cite.ts'
import { lastStart } from '../causes/context.ts'
import { crossNode } from '../causes/cross-node.ts'
import { networkPolicy } from '../causes/network-policy.ts'
import { appLoopback, targetPortWrong } from '../causes/nobody-listens.ts'
import { redirectLoop, routeConflict } from '../causes/route-causes.ts'
import { routeMissing } from '../causes/without-incident.ts'
import { listed } from '../causes/words.ts'
import type { Evidence } from '../model/incident.ts'
import { isReachable } from '../model/symptom.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { servingNodes } from '../route/path.ts'
import { isLoop } from './answers.ts'
import { backendName, backendOf, claimantOf } from './claim.ts'
import { differsInside, failed, FOLLOWS_MS, isGatewayStatus, isOwnAnswer, type RouteContext } from './route-context.ts'
import { ofBackend, proven, type RouteRule } from './route-rule.ts'

export const loop: RouteRule = {
  cause: redirectLoop.cause,
  holds: ({ route, answer }) => answer !== null && isLoop(route, answer),
  confidence: () => 'likely',
  summary: ({ answer }) =>
    `The answer (HTTP ${answer?.status}) redirects to ${answer?.answer?.location}, the very address that was asked for.`,
  evidence: ({ claim: { object }, at }) => [citeObject(object, 'claims the host and path', at)],
  remedies: () => [
    {
      text: 'Turn off one of the two redirects: let the application trust X-Forwarded-Proto, or the edge proxy not redirect to HTTPS',
    },
  ],
}

/** Asked from within, the pod refuses as well: a listener on the loopback of the pod would answer there. */
export const targetPort: RouteRule = {
  cause: targetPortWrong.cause,
  fault: ofBackend(targetPortWrong.cause),
  holds: (context) =>
    isGatewayStatus(context) && isRefusedInside(context) && hasSteadyPod(context) && !answeredAsItIs(context),
  confidence: proven,
  summary: (context) =>
    `The edge proxy answers ${context.answer?.status}: no process in the pods of ${serviceName(context)} listens on targetPort ${targetOf(context)}, not even on their loopback.`,
  evidence: (context) => citePods(context, `refuses port ${targetOf(context)} from inside`),
  remedies: (context) => [
    {
      text: `Set the targetPort of ${serviceName(context)} to the port that the application listens on`,
      ...logsOf(context),
    },
  ],
}

export const loopback: RouteRule = {
  cause: appLoopback.cause,
  fault: ofBackend(appLoopback.cause),
  holds: (context) => isGatewayStatus(context) && differsInside(context) && context.behind !== null,
  confidence: () => 'ambiguous',
  candidates: () => [networkPolicy.cause, crossNode.cause],
  summary: (context) =>
    `The edge proxy answers ${context.answer?.status}, and the pod answers ${context.inside?.status} when it is asked from inside: it listens only on its own loopback, or the edge proxy does not reach it.`,
  evidence: (context) => citePods(context, `answers with HTTP ${context.inside?.status} from inside`),
  remedies: (context) => [
    {
      text: 'Find out why the edge proxy does not reach the pod: its log names the address and the error',
      ...edgeLogs(context),
    },
    { text: 'Let the application listen on 0.0.0.0 instead of 127.0.0.1' },
  ],
}

export const slow: RouteRule = {
  cause: appSlow.cause,
  fault: ofBackend(appSlow.cause),
  holds: (context) => {
    const isLate = context.answer?.status === 504 || context.answer?.symptom === 'silent'
    return isLate && context.inside?.symptom === 'silent' && hasSteadyPod(context)
  },
  confidence: proven,
  summary: (context) => `${serviceName(context)} does not answer in time, not even inside its pod.`,
  evidence: (context) => citePods(context, 'accepts connections from inside but does not answer'),
  remedies: (context) => [{ text: 'Look at the application: its log, its load, its limits', ...logsOf(context) }],
}

export const conflict: RouteRule = {
  cause: routeConflict.cause,
  holds: (context) => failed(context) && rivals(context.route).length > 1,
  confidence: () => 'likely',
  summary: (context) => `${conflictText(context.route)}: the edge proxy uses one of them, which does not answer.`,
  evidence: ({ route, at }) =>
    route.claims.slice(0, 3).map((claim) => citeObject(claim.object, `leads to ${backendName(claim)}`, at)),
  remedies: ({ route }) => [{ text: `Keep one of ${listed(rivals(route))}` }],
}

/** Those that claim the route and lead to different backends. */
export function rivals({ claims }: Pick<RouteContext['route'], 'claims'>): string[] {
  const backends = new Set(claims.map((claim) => JSON.stringify(backendOf(claim))))
  if (backends.size < 2) return []
  return [...new Set(claims.map(claimantOf))].slice(0, 5)
}

export function conflictText(route: Pick<RouteContext['route'], 'claims' | 'name'>): string {
  return `${listed(rivals(route))} claim ${route.name} and lead to different Services`
}

export const missing: RouteRule = {
  cause: routeMissing.cause,
  holds: (context) =>
    context.likeControl &&
    !isOwnAnswer(context) &&
    (differsInside(context) || context.route.wellAt !== null) &&
    context.at - (context.route.changedAt ?? context.claim.object.createdAt) >= FOLLOWS_MS,
  confidence: (context) => (differsInside(context) ? 'proven' : 'likely'),
  summary: (context) =>
    `The edge proxy does not know the route: it answers ${context.answer?.status} as for an unknown host${differsInside(context) ? `, while the pod behind it answers ${context.inside?.status}` : ''}.`,
  evidence: ({ claim: { object }, at }) => [
    citeObject(
      object,
      object.kind === 'Ingress' && object.addresses.length === 0
        ? 'claims the host and path, and no controller wrote an address into its status'
        : 'claims the host and path',
      at,
    ),
  ],
  remedies: (context) => [{ text: 'Read the log of the edge proxy', ...edgeLogs(context) }],
}

/** A gateway's own words, or no answer at all, and nothing else to explain them. */
export const unexplained: RouteRule = {
  cause: 'unproven',
  holds: (context) => {
    const { answer, route } = context
    if (answer === null || isOwnAnswer(context)) return false
    if (!isReachable(answer.symptom)) return true
    return (
      answer.status === 502 ||
      answer.status === 504 ||
      (answer.status === 503 && (differsInside(context) || route.wellAt !== null))
    )
  },
  confidence: () => 'unproven',
  summary: (context) => {
    const { answer, behind } = context
    const nodes = behind === null ? [] : servingNodes(behind.path)
    const ready = nodes.length === 0 ? '' : `, while ${serviceName(context)} is ready on ${listed(nodes)}`
    const said =
      answer?.status === undefined ? `gives no answer (${answer?.symptom ?? 'none'})` : `answers ${answer.status}`
    return `The edge proxy ${said}${ready}; the cause is not known.`
  },
  evidence: ({ claim: { object }, at }) => [citeObject(object, 'claims the host and path', at)],
  remedies: (context) => [{ text: 'Read the log of the edge proxy', ...edgeLogs(context) }],
}

/** The pod that was asked has run for long enough to listen, and is not about to end. */
function hasSteadyPod({ behind, at }: RouteContext): boolean {
  const asked = behind?.api[0]?.endpoint.podUID
  const pod = behind?.path.pods.find(({ uid }) => uid === asked)
  return pod !== undefined && pod.deletedAt === 0 && at - (lastStart(pod) ?? at) >= WARM_MS
}

/** Until then an application may still be starting, or about to end. */
const WARM_MS = 10_000

/** The application answered, and nothing that leads to it has changed since: it listened there. */
function answeredAsItIs({ route: { wellAt, changedAt } }: RouteContext): boolean {
  return wellAt !== null && wellAt > (changedAt ?? 0)
}

function isRefusedInside({ inside }: RouteContext): boolean {
  return inside !== null && ['refused', 'closed', 'reset'].includes(inside.symptom)
}

function serviceName({ service }: RouteContext): string {
  return service === null ? 'the backend' : `Service ${service.namespace}/${service.name}`
}

function targetOf({ behind }: RouteContext): string {
  return behind?.path.route.kind === 'nodePort' ? behind.path.route.port.targetPort : ''
}

function citePods({ behind, at }: RouteContext, text: string): Evidence[] {
  const asked = behind?.api[0]?.endpoint.podUID
  return (behind?.path.pods ?? []).filter(({ uid }) => uid === asked).map((pod) => citeObject(pod, text, at))
}

function logsOf(context: RouteContext): { command?: string } {
  const pod = context.behind?.path.pods[0]
  if (pod === undefined) return {}
  return { command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50') }
}

function edgeLogs(context: RouteContext): { command?: string } {
  const pod = context.edgePods[0]
  if (pod === undefined) return {}
  return { command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50') }
}
