import { citeAbsence, citeObject } from '../causes/cite.ts'
import { lastStart } from '../causes/context.ts'
import { hasNobody, noEndpoints } from '../causes/no-endpoints.ts'
import { targetPortWrong } from '../causes/nobody-listens.ts'
import { podPending } from '../causes/pod-pending.ts'
import { rolloutGap } from '../causes/rollout-gap.ts'
import type { Rule } from '../causes/rule.ts'
import { listed } from '../causes/words.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import { staleBecause } from '../cluster/inventory.ts'
import type { Cause, Confidence } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'
import { isReachable } from '../model/symptom.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { leadsToNoPort, servingNodes } from '../route/path.ts'
import { isLoop } from './answers.ts'
import { classFault } from './routes.ts'
import { differsInside, failed, FOLLOWS_MS, isOwnAnswer, isGatewayStatus, type RouteContext } from './route-context.ts'

/** Why a route is broken: like a rule for ports, over what is known of one route. */
export interface RouteRule {
  cause: Cause
  /** It is so, and the answer is what follows from it. */
  holds(context: RouteContext): boolean
  confidence(context: RouteContext): Confidence
  candidates?(context: RouteContext): Cause[]
  /** One sentence, without the name of the route. */
  summary(context: RouteContext): string
  evidence(context: RouteContext): Evidence[]
  remedies(context: RouteContext): Remedy[]
}

const proven = (): Confidence => 'proven'

/** What clients refuse before they ask for anything. A port without TLS for the host shows whatever certificate it has. */
const certificate: RouteRule = {
  cause: 'route_certificate',
  holds: ({ route, answer }) =>
    route.secret !== null &&
    route.protocol === 'https' &&
    (answer?.answer?.certificate?.fits === false || answer?.symptom === 'tls_error'),
  confidence: ({ answer }) => (answer?.symptom === 'tls_error' ? 'likely' : 'proven'),
  summary: (context) => {
    const { route, answer } = context
    const shown = answer?.answer?.certificate
    if (shown === undefined)
      return `The edge proxy does not finish a TLS handshake for ${hostOf(context)} (${answer?.detail ?? 'no reason given'}).`
    const own = isDefaultCertificate(context) ? 'its default certificate' : 'a certificate'
    const why = isDefaultCertificate(context)
      ? `: Secret ${secretName(context)} is missing, or holds none that it can use`
      : ''
    return `The edge proxy shows ${own} of ${shown.subject || 'nobody'}, which is not for ${hostOf({ route })}${why}.`
  },
  evidence: ({ claim: { ingress }, route, at }) => [
    citeObject(
      ingress,
      `wants TLS for ${route.host || 'every host'} with Secret ${route.secret || '(none named)'}`,
      at,
    ),
  ],
  remedies: (context) => {
    const {
      claim: { ingress },
      route,
    } = context
    if (route.secret === null || route.secret === '')
      return [{ text: 'Name the Secret with the certificate in spec.tls of the Ingress' }]
    const get = (...words: string[]) => kubectl(context, ingress.namespace, 'get', `secret/${route.secret}`, ...words)
    return [
      {
        text: 'See whether the Secret is there and of type kubernetes.io/tls; its certificate has to be for the host',
        command: get(),
      },
    ]
  },
}

function hostOf({ route }: Pick<RouteContext, 'route'>): string {
  return route.host === '' ? 'the host' : route.host
}

function secretName({ claim: { ingress }, route }: RouteContext): string {
  return `${ingress.namespace}/${route.secret || '(none named)'}`
}

/** The one that it shows for a host that nobody has. */
function isDefaultCertificate({ door, answer }: RouteContext): boolean {
  const shown = door.control.last?.answer?.certificate?.subject
  return shown !== undefined && shown === answer?.answer?.certificate?.subject
}

const classMissing: RouteRule = {
  cause: 'ingress_class_missing',
  holds: (context) => context.likeControl && classFault(context.inventory, context.route.className) !== null,
  confidence: ({ route }) => (route.className === null ? 'likely' : 'proven'),
  summary: ({ inventory, route, claim: { ingress } }) =>
    `The edge proxy does not know the route: ${classFault(inventory, route.className)}, so no controller takes Ingress ${ingress.namespace}/${ingress.name}.`,
  evidence: ({ claim: { ingress }, inventory, route, at }) => [
    citeObject(ingress, route.className === null ? 'names no class' : `is of class ${route.className}`, at),
    ...[...inventory.ingressClasses.values()].slice(0, 3).map((one) => citeObject(one, `is for ${one.controller}`, at)),
    ...(inventory.ingressClasses.size === 0 ? [citeAbsence('there is no IngressClass', at)] : []),
  ],
  remedies: (context) => classRemedies(context),
}

/** Sets the one class that there is; of several the user chooses. */
export function classRemedies({
  inventory,
  claim: { ingress },
  route,
  kubectl: words,
}: Pick<RouteContext, 'inventory' | 'claim' | 'route' | 'kubectl'>): Remedy[] {
  const context = { kubectl: words }
  const names = [...inventory.ingressClasses.values()]
    .map(({ name }) => name)
    .filter((name) => name !== route.className)
  const [only] = names
  if (only !== undefined && names.length === 1) {
    const patch = JSON.stringify({ spec: { ingressClassName: only } })
    const command = kubectl(context, ingress.namespace, 'patch', resourceName(ingress), `--patch=${patch}`)
    return [{ text: `Give the Ingress the class that there is, ${only}`, command }]
  }
  const command = kubectl(context, null, 'get', 'ingressclasses')
  return [{ text: 'Give the Ingress a class whose controller runs, or install the controller of its class', command }]
}

const backendMissing: RouteRule = {
  cause: 'route_backend_missing',
  holds: (context) => context.claim.backend !== null && context.service === null && failed(context),
  confidence: proven,
  summary: ({ claim: { ingress, backend } }) =>
    `Ingress ${ingress.namespace}/${ingress.name} leads to Service ${backend?.service}, which does not exist in ${ingress.namespace}.`,
  evidence: ({ claim: { ingress, backend }, at }) => [
    citeObject(ingress, `leads to Service ${backend?.service}`, at),
    citeAbsence(`there is no Service ${ingress.namespace}/${backend?.service}`, at),
  ],
  remedies: (context) => {
    const { namespace } = context.claim.ingress
    return [
      {
        text: `Create the Service, or name one of those that are in ${namespace}`,
        command: kubectl(context, namespace, 'get', 'services'),
      },
    ]
  },
}

const backendPort: RouteRule = {
  cause: 'route_backend_port',
  holds: (context) => {
    const { service, behind } = context
    return service !== null && service.type !== 'ExternalName' && behind === null && failed(context)
  },
  confidence: proven,
  summary: ({ claim: { ingress, backend }, service }) =>
    `Ingress ${ingress.namespace}/${ingress.name} leads to port ${backend?.port || '(none)'} of Service ${service?.name}, which has ${portsOf(service?.ports ?? [])}.`,
  evidence: ({ claim: { ingress, backend }, service, at }) => [
    citeObject(ingress, `leads to port ${backend?.port || '(none)'} of Service ${backend?.service}`, at),
    ...(service === null ? [] : [citeObject(service, `has ${portsOf(service.ports)}`, at)]),
  ],
  remedies: (context) => {
    const {
      claim: { ingress, place },
      service,
    } = context
    const [only] = service?.ports ?? []
    if (only === undefined || service?.ports.length !== 1)
      return [{ text: 'Name a port of the Service in the Ingress' }]
    const patch = JSON.stringify([{ op: 'replace', path: `${place}/service/port`, value: { number: only.port } }])
    const command = kubectl(
      context,
      ingress.namespace,
      'patch',
      resourceName(ingress),
      '--type=json',
      `--patch=${patch}`,
    )
    return [{ text: `Lead to port ${only.port}, the only one that the Service has`, command }]
  },
}

function portsOf(ports: readonly { name: string; port: number }[]): string {
  if (ports.length === 0) return 'no port'
  return listed(ports.slice(0, 5).map(({ name, port }) => (name === '' ? `${port}` : `${port} (${name})`)))
}

/** What a rule for ports says of a Service that nobody is behind. */
function behindBy(rule: Rule, fits: (context: RouteContext) => boolean): RouteRule {
  return {
    cause: rule.cause,
    holds: (context) => context.behind !== null && failed(context) && fits(context) && rule.holds(context.behind),
    confidence: proven,
    summary: ({ behind }) => (behind === null ? '' : rule.summary(behind)),
    evidence: ({ behind }) => (behind === null ? [] : rule.evidence(behind)),
    remedies: ({ behind }) => (behind === null ? [] : rule.remedies(behind)),
  }
}

const isEmpty = ({ behind }: RouteContext) => behind !== null && hasNobody(behind) && !isExternal(behind)

function isExternal({ path: { route } }: NonNullable<RouteContext['behind']>): boolean {
  return route.kind === 'nodePort' && route.service.type === 'ExternalName'
}

const loop: RouteRule = {
  cause: 'redirect_loop',
  holds: ({ route, answer }) => answer !== null && isLoop(route, answer),
  confidence: () => 'likely',
  summary: ({ answer }) =>
    `The answer (HTTP ${answer?.status}) redirects to ${answer?.answer?.location}, which is what was asked for.`,
  evidence: ({ claim: { ingress }, at }) => [citeObject(ingress, 'claims the host and path', at)],
  remedies: () => [
    {
      text: 'Turn off one of the two redirects: let the application trust X-Forwarded-Proto, or the edge proxy not redirect to HTTPS',
    },
  ],
}

/** Asked from within, the pod refuses as well: a listener on the loopback of the pod would answer there. */
const targetPort: RouteRule = {
  cause: 'target_port_wrong',
  holds: (context) => isGatewayStatus(context) && isRefusedInside(context) && isWarm(context),
  confidence: proven,
  summary: (context) =>
    `The edge proxy answers ${context.answer?.status}: nobody in the pods of ${serviceName(context)} listens on targetPort ${targetOf(context)}, on their loopback neither.`,
  evidence: (context) => citePods(context, `refuses port ${targetOf(context)} from within`),
  remedies: (context) => [
    {
      text: `Set the targetPort of ${serviceName(context)} to the port that the application listens on`,
      ...logsOf(context),
    },
  ],
}

const loopback: RouteRule = {
  cause: 'app_loopback',
  holds: (context) => isGatewayStatus(context) && differsInside(context) && context.behind !== null,
  confidence: () => 'ambiguous',
  candidates: () => ['network_policy', 'cross_node'],
  summary: (context) =>
    `The edge proxy answers ${context.answer?.status}, and the pod answers ${context.inside?.status} when it is asked from within: it listens on its own loopback alone, or the edge proxy does not reach it.`,
  evidence: (context) => citePods(context, `answers with HTTP ${context.inside?.status} from within`),
  remedies: (context) => [
    {
      text: 'See why the edge proxy does not reach the pod: its log names the address and the error',
      ...edgeLogs(context),
    },
    { text: 'Let the application listen on 0.0.0.0 instead of 127.0.0.1' },
  ],
}

const slow: RouteRule = {
  cause: 'app_slow',
  holds: (context) => {
    const isLate = context.answer?.status === 504 || context.answer?.symptom === 'silent'
    return isLate && context.inside?.symptom === 'silent'
  },
  confidence: proven,
  summary: (context) => `${serviceName(context)} does not answer in time, asked from within its pod neither.`,
  evidence: (context) => citePods(context, 'takes connections from within and does not answer'),
  remedies: (context) => [{ text: 'Look at the application: its log, its load, its limits', ...logsOf(context) }],
}

const conflict: RouteRule = {
  cause: 'route_conflict',
  holds: (context) => failed(context) && rivals(context.route).length > 1,
  confidence: () => 'likely',
  summary: (context) => `${conflictText(context.route)}: the edge proxy takes one of them, and it does not answer.`,
  evidence: ({ route, at }) =>
    route.claims
      .slice(0, 3)
      .map(({ ingress, backend }) => citeObject(ingress, `leads to Service ${backend?.service}`, at)),
  remedies: ({ route }) => [{ text: `Keep one of ${listed(rivals(route))}` }],
}

/** The Ingresses that claim the route and lead to different backends. */
export function rivals({ claims }: Pick<RouteContext['route'], 'claims'>): string[] {
  const backends = new Set(claims.map(({ ingress, backend }) => JSON.stringify([ingress.namespace, backend])))
  if (backends.size < 2) return []
  return [...new Set(claims.map(({ ingress }) => `${ingress.namespace}/${ingress.name}`))].slice(0, 5)
}

export function conflictText(route: Pick<RouteContext['route'], 'claims' | 'name'>): string {
  return `Ingresses ${listed(rivals(route))} claim ${route.name} and lead to different Services`
}

const missing: RouteRule = {
  cause: 'route_missing',
  holds: (context) =>
    context.likeControl &&
    !isOwnAnswer(context) &&
    (differsInside(context) || context.route.wasWell) &&
    context.at - (context.route.changedAt ?? context.claim.ingress.createdAt) >= FOLLOWS_MS,
  confidence: (context) => (differsInside(context) ? 'proven' : 'likely'),
  summary: (context) =>
    `The edge proxy does not know the route: it answers ${context.answer?.status} as for a host that nobody has${differsInside(context) ? `, while the pod behind it answers ${context.inside?.status}` : ''}.`,
  evidence: ({ claim: { ingress }, at }) => [
    citeObject(
      ingress,
      ingress.addresses.length === 0
        ? 'claims the host and path, and no controller wrote an address into its status'
        : 'claims the host and path',
      at,
    ),
  ],
  remedies: (context) => [{ text: 'See what the edge proxy says of the Ingress', ...edgeLogs(context) }],
}

/** A gateway's own words, or no answer at all, and nothing else to explain them. */
const unexplained: RouteRule = {
  cause: 'unproven',
  holds: (context) => {
    const { answer, route } = context
    if (answer === null || isOwnAnswer(context)) return false
    if (!isReachable(answer.symptom)) return true
    return (
      answer.status === 502 ||
      answer.status === 504 ||
      (answer.status === 503 && (differsInside(context) || route.wasWell))
    )
  },
  confidence: () => 'unproven',
  summary: (context) => {
    const { answer, behind } = context
    const nodes = behind === null ? [] : servingNodes(behind.path)
    const ready = nodes.length === 0 ? '' : `, while ${serviceName(context)} is ready on ${listed(nodes)}`
    const said =
      answer?.status === undefined ? `gives no answer (${answer?.symptom ?? 'none'})` : `answers ${answer.status}`
    return `The edge proxy ${said}${ready}: why is not known.`
  },
  evidence: ({ claim: { ingress }, at }) => [citeObject(ingress, 'claims the host and path', at)],
  remedies: (context) => [{ text: 'See what the edge proxy says of it', ...edgeLogs(context) }],
}

/** The pod that was asked has run for long enough to listen. */
function isWarm({ behind, at }: RouteContext): boolean {
  const asked = behind?.api[0]?.endpoint.podUID
  const pod = behind?.path.pods.find(({ uid }) => uid === asked)
  return pod === undefined || at - (lastStart(pod) ?? at) >= WARM_MS
}

/** Until then an application may still be starting, or about to end. */
const WARM_MS = 10_000

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

/** The one that explains more before the one that explains less. */
export const ROUTE_RULES: readonly RouteRule[] = [
  certificate,
  classMissing,
  backendMissing,
  backendPort,
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

/** Why the route is broken; null where nothing says that it is. */
export function diagnoseRoute(context: RouteContext): Verdict | null {
  const rule = ROUTE_RULES.find((one) => one.holds(context))
  if (rule === undefined) return null
  return {
    cause: rule.cause,
    confidence: mayBeStale(context) ? weaker(rule.confidence(context)) : rule.confidence(context),
    candidates: rule.candidates?.(context) ?? [],
    summary: rule.summary(context),
    evidence: [...rule.evidence(context), ...citeAnswers(context)],
    remedies: rule.remedies(context),
  }
}

/** What the objects prove they prove while they are known. */
function mayBeStale({ inventory }: RouteContext): boolean {
  return staleBecause(inventory) !== null || inventory.lost.has('ingresses')
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
    said.push({ kind: 'probe', text: 'a host that nobody has: the same answer', at: door.control.last.startedAt })
  }
  if (inside !== null)
    said.push({ kind: 'probe', text: `the pod, asked from within: ${words(inside)}`, at: inside.startedAt })
  return said
}
