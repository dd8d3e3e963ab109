import { citeAbsence, citeObject } from '../causes/cite.ts'
import { hasNobody } from '../causes/no-endpoints.ts'
import {
  ingressClassMissing,
  routeBackendMissing,
  routeBackendPort,
  routeCertificate,
  routeNotAccepted,
} from '../causes/route-causes.ts'
import type { Rule } from '../causes/rule.ts'
import { listed } from '../causes/words.ts'
import type { Remedy } from '../model/incident.ts'
import { isLikeControl } from './answers.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { failed, FOLLOWS_MS, isOwnAnswer, type RouteContext } from './route-context.ts'
import { ofBackend, ofClaimant, proven, type RouteRule } from './route-rule.ts'
import { backendName, backendOf, claimantOf, gatewayOf, portPatch } from './claim.ts'
import { classFault, type Refusal, refusalOf } from './who-serves.ts'

/** What clients refuse before they ask for anything. A port without TLS for the host shows whatever certificate it has. */
export const certificate: RouteRule = {
  cause: routeCertificate.cause,
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
    const why = !isDefaultCertificate(context)
      ? ''
      : route.secret?.name === ''
        ? ': the route names no Secret with another one'
        : `: Secret ${secretName(context)} is missing, or holds none that it can use`
    return `The edge proxy shows ${own} of ${shown.subject || 'nobody'}, which is not for ${hostOf({ route })}${why}.`
  },
  evidence: (context) => [
    citeObject(
      context.claim.object,
      `wants TLS for ${context.route.host || 'every host'} with Secret ${secretName(context)}`,
      context.at,
    ),
  ],
  remedies: (context) => {
    const { claim, route } = context
    const { namespace = '', name = '' } = route.secret ?? {}
    if (name === '') return [{ text: `Name the Secret with the certificate where ${claimantOf(claim)} wants TLS` }]
    return [
      {
        text: 'Check that the Secret exists and has the type kubernetes.io/tls; its certificate has to be for the host',
        command: kubectl(context, namespace, 'get', `secret/${name}`),
      },
    ]
  },
}

function hostOf({ route }: Pick<RouteContext, 'route'>): string {
  return route.host === '' ? 'the host' : route.host
}

function secretName({ route: { secret } }: RouteContext): string {
  return `${secret?.namespace}/${secret?.name || '(none named)'}`
}

/** The one that it shows for a host that nobody has. */
function isDefaultCertificate({ door, answer }: RouteContext): boolean {
  const shown = door.control.last?.answer?.certificate?.subject
  return shown !== undefined && shown === answer?.answer?.certificate?.subject
}

export const classMissing: RouteRule = {
  cause: ingressClassMissing.cause,
  fault: ofClaimant,
  holds: (context) => context.likeControl && classFault(context.inventory, context.route) !== null,
  confidence: ({ route }) => (route.className === null ? 'likely' : 'proven'),
  summary: ({ inventory, route, claim }) =>
    `The edge proxy does not know the route: ${classFault(inventory, route)}, so no controller takes ${claimantOf(claim)}.`,
  evidence: ({ claim, inventory, route, at }) => {
    const classes = classesFor(claim, inventory)
    return [
      citeObject(claim.object, route.className === null ? 'names no class' : `is of class ${route.className}`, at),
      ...classes.slice(0, 3).map((one) => citeObject(one, `is for ${one.controller}`, at)),
      ...(classes.length === 0 ? [citeAbsence('there is no class of its kind', at)] : []),
    ]
  },
  remedies: (context) => classRemedies(context),
}

function classesFor({ object }: RouteContext['claim'], { ingressClasses, gatewayClasses }: RouteContext['inventory']) {
  return object.kind === 'Ingress' ? [...ingressClasses.values()] : [...gatewayClasses.values()]
}

/** As much as a remedy needs of a route that nobody serves. */
type Unserved = Pick<RouteContext, 'inventory' | 'claim' | 'route' | 'kubectl'>

/** Sets the one class that there is; of several the user chooses. */
export function classRemedies(context: Unserved): Remedy[] {
  const { inventory, claim, route } = context
  const { object, listener } = claim
  if (object.kind === 'IngressRoute') return [{ text: 'Start Traefik, or route to the application in another way' }]
  const names = classesFor(claim, inventory)
    .map(({ name }) => name)
    .filter((name) => name !== route.className)
  const [kind, classes, key, target] =
    object.kind === 'Ingress'
      ? (['Ingress', 'ingressclasses', 'ingressClassName', object] as const)
      : (['Gateway', 'gatewayclasses', 'gatewayClassName', { kind: 'Gateway', ...listener?.gateway }] as const)
  const { namespace = '', name = '' } = target
  const [only] = names
  if (only !== undefined && names.length === 1) {
    const patch = JSON.stringify({ spec: { [key]: only } })
    const type = object.kind === 'Ingress' ? [] : ['--type=merge']
    const words = ['patch', resourceName({ kind, name }), ...type, `--patch=${patch}`]
    return [
      { text: `Give the ${kind} the only class that exists, ${only}`, command: kubectl(context, namespace, ...words) },
    ]
  }
  const text = `Give the ${kind} a class whose controller runs, or install the controller of its class`
  return [{ text, command: kubectl(context, null, 'get', classes) }]
}

/** The controller runs, and says itself that it does not serve the route; or what it hangs on is not there. */
export const notAccepted = (of: Refusal['of']): RouteRule => ({
  cause: routeNotAccepted.cause,
  holds: (context) => failed(context) && !isOwnPage(context) && refusedSince(context)?.of === of,
  confidence: (context) => (refusedSince(context)?.isProven === true ? 'proven' : 'likely'),
  summary: (context) => `${claimantOf(context.claim)} is not served: ${refusedSince(context)?.text}.`,
  evidence: ({ claim: { object }, at }) => [citeObject(object, 'claims the host and path', at)],
  remedies: (context) => {
    const refusal = refusedSince(context)
    return refusal === null ? [] : refusalRemedies(context, refusal)
  },
})

/** The edge proxy has another page for a host that nobody has, or the pod gave this one as well. */
function isOwnPage(context: RouteContext): boolean {
  const { answer, inside, likeControl, door } = context
  if (likeControl) return inside !== null && isLikeControl(inside, door.control)
  return isOwnAnswer(context) || (answer?.status === 404 && door.control.last !== null)
}

/** A controller takes a moment to say anything of a new object. */
function refusedSince({ inventory, claim, likeControl, at }: RouteContext): Refusal | null {
  const refusal = refusalOf(inventory, claim)
  if (refusal === null || refusal.isProven) return refusal
  const newest = Math.max(claim.object.createdAt, gatewayOf(inventory, claim)?.createdAt ?? 0)
  return likeControl && at - newest >= FOLLOWS_MS ? refusal : null
}

/** Source: Gateway API, RouteConditionReason. */
const BY_REASON: Readonly<Record<string, string>> = {
  NotAllowedByListeners:
    'Let a listener of the Gateway accept routes of this namespace: spec.listeners[].allowedRoutes.namespaces',
  NoMatchingListenerHostname:
    'Give the route a hostname that a listener of the Gateway accepts, or give the listener the hostname of the route',
  NoMatchingParent: 'Name a listener and a port in spec.parentRefs that the Gateway has',
  RefNotPermitted:
    'Create a ReferenceGrant in the namespace of the backend that allows HTTPRoutes of this namespace to refer to it',
  InvalidKind: 'Use a Service as the backend: the controller accepts no other kind here',
  BackendNotFound: 'Create the backend, or name an existing one',
}

export function refusalRemedies(context: Unserved, { reason }: Refusal): Remedy[] {
  const { claim, inventory } = context
  const { object } = claim
  if (gatewayOf(inventory, claim) === null) {
    const command = kubectl(context, null, 'get', 'gateways', '--all-namespaces')
    return [{ text: 'Create the Gateway, or name an existing one in spec.parentRefs', command }]
  }
  const command = kubectl(context, object.namespace, 'describe', resourceName(object))
  const known = Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason] : undefined
  return [{ text: known ?? 'Read what the controller reports under Status', command }]
}

export const backendMissing: RouteRule = {
  cause: routeBackendMissing.cause,
  fault: ofBackend(routeBackendMissing.cause),
  holds: (context) => context.claim.backend !== null && context.service === null && failed(context),
  confidence: proven,
  summary: ({ claim }) => `${claimantOf(claim)} leads to ${backendName(claim)}, which does not exist.`,
  evidence: ({ claim, at }) => [
    citeObject(claim.object, `leads to ${backendName(claim)}`, at),
    citeAbsence(`there is no ${backendName(claim)}`, at),
  ],
  remedies: (context) => {
    const { namespace = '' } = backendOf(context.claim) ?? {}
    return [
      {
        text: `Create the Service, or name one that exists in ${namespace}`,
        command: kubectl(context, namespace, 'get', 'services'),
      },
    ]
  },
}

export const backendPort: RouteRule = {
  cause: routeBackendPort.cause,
  fault: ofBackend(routeBackendPort.cause),
  holds: (context) => {
    const { service, behind } = context
    return service !== null && service.type !== 'ExternalName' && behind === null && failed(context)
  },
  confidence: proven,
  summary: ({ claim, service }) =>
    `${claimantOf(claim)} leads to port ${claim.backend?.port || '(none)'} of ${backendName(claim)}, which has ${portsOf(service?.ports ?? [])}.`,
  evidence: ({ claim, service, at }) => [
    citeObject(claim.object, `leads to port ${claim.backend?.port || '(none)'} of ${backendName(claim)}`, at),
    ...(service === null ? [] : [citeObject(service, `has ${portsOf(service.ports)}`, at)]),
  ],
  remedies: (context) => {
    const { claim, service } = context
    const { object } = claim
    const [only] = service?.ports ?? []
    if (only === undefined || service?.ports.length !== 1)
      return [{ text: `Name a port of the Service in ${claimantOf(claim)}` }]
    const words = ['patch', resourceName(object), '--type=json', `--patch=${portPatch(claim, only.port)}`]
    const command = kubectl(context, object.namespace, ...words)
    return [{ text: `Use port ${only.port}, the only one that the Service has`, command }]
  },
}

function portsOf(ports: readonly { name: string; port: number }[]): string {
  if (ports.length === 0) return 'no port'
  return listed(ports.slice(0, 5).map(({ name, port }) => (name === '' ? `${port}` : `${port} (${name})`)))
}

/** What a rule for ports says of a Service that nobody is behind. */
export function behindBy(rule: Rule, fits: (context: RouteContext) => boolean): RouteRule {
  return {
    cause: rule.cause,
    // Whatever keeps them away: while a Service is emptied and filled again one cause follows the other.
    fault: ofBackend('nobody behind'),
    holds: (context) => context.behind !== null && failed(context) && fits(context) && rule.holds(context.behind),
    confidence: proven,
    summary: ({ behind }) => (behind === null ? '' : rule.summary(behind)),
    evidence: ({ behind }) => (behind === null ? [] : rule.evidence(behind)),
    remedies: ({ behind }) => (behind === null ? [] : rule.remedies(behind)),
  }
}

export const isEmpty = ({ behind }: RouteContext) => behind !== null && hasNobody(behind) && !isExternal(behind)

function isExternal({ path: { route } }: NonNullable<RouteContext['behind']>): boolean {
  return route.kind === 'nodePort' && route.service.type === 'ExternalName'
}
