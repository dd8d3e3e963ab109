import { citeAbsence, citeObject } from '../causes/cite.ts'
import { hasNobody } from '../causes/no-endpoints.ts'
import { ingressClassMissing, routeBackendMissing, routeBackendPort, routeCertificate } from '../causes/route-causes.ts'
import type { Rule } from '../causes/rule.ts'
import { listed } from '../causes/words.ts'
import type { Remedy } from '../model/incident.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { failed, type RouteContext } from './route-context.ts'
import { proven, type RouteRule } from './route-rule.ts'
import { classFault } from './routes.ts'

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

export const classMissing: RouteRule = {
  cause: ingressClassMissing.cause,
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

export const backendMissing: RouteRule = {
  cause: routeBackendMissing.cause,
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

export const backendPort: RouteRule = {
  cause: routeBackendPort.cause,
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
export function behindBy(rule: Rule, fits: (context: RouteContext) => boolean): RouteRule {
  return {
    cause: rule.cause,
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
