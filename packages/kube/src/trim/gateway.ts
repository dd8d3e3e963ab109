import type {
  GatewayClassSnapshot,
  GatewayRef,
  GatewaySnapshot,
  HostRule,
  HTTPRouteSnapshot,
  OtherRouteSnapshot,
} from '@portolan/core'
import * as z from 'zod'
import { conditionOf } from './condition.ts'
import { identify, type Meta } from './metadata.ts'
import { bounded, list, MOST_RULES, part, text } from './custom.ts'

const LONGEST_HOST = 253

/** Of the Gateway API every field may be another one than here, or none: its objects are as their definition in the cluster says. */
const condition = z.object({
  type: text,
  status: z.enum(['True', 'False', 'Unknown']),
  reason: bounded(200),
  message: bounded(1000),
  lastTransitionTime: text,
  observedGeneration: z.number().optional().catch(undefined),
})
const status = part({ conditions: list(condition) })
const reference = z.object({ kind: text, group: z.string().optional().catch(undefined), name: text, namespace: text })

const gatewayClass = z.object({
  spec: part({ controllerName: text }),
  status,
})

const listener = z.object({
  name: text,
  port: z.number().catch(0),
  protocol: text,
  hostname: text,
  tls: z
    .object({ mode: text, certificateRefs: list(reference) })
    .nullish()
    .catch(null),
  allowedRoutes: part({ namespaces: part({ from: text }) }),
})
const gateway = z.object({
  spec: part({ gatewayClassName: text, listeners: list(listener) }),
  status,
})

const parent = z.object({
  kind: text,
  name: text,
  namespace: text,
  sectionName: text,
  port: z.number().catch(0),
})
const match = z.object({
  path: z.object({ type: text, value: text }).nullish().catch(null),
  method: text,
  headers: list(z.unknown()),
  queryParams: list(z.unknown()),
})
const backend = z.object({
  kind: text,
  group: text,
  name: text,
  namespace: text,
  port: z.number().catch(0),
  weight: z.number().catch(1),
})
const httpRoute = z.object({
  spec: part({
    parentRefs: list(parent),
    hostnames: list(z.string().transform((host) => host.slice(0, LONGEST_HOST))),
    rules: list(z.object({ matches: list(match), backendRefs: list(backend) })),
  }),
  status: part({ parents: list(z.object({ parentRef: parent, conditions: list(condition) })) }),
})

type Conditions = z.output<typeof condition>[]

/** What is said of an older state of the object does not count. */
function currentOf(said: Conditions, { metadata }: Meta, type: string) {
  const generation = metadata?.generation ?? 0
  return conditionOf(
    said.filter(({ observedGeneration }) => (observedGeneration ?? generation) >= generation),
    type,
  )
}

export function trimGatewayClass(object: Meta): GatewayClassSnapshot {
  const { spec, status: said } = gatewayClass.parse(object)
  return {
    kind: 'GatewayClass',
    ...identify(object),
    controller: spec.controllerName,
    accepted: currentOf(said.conditions, object, 'Accepted'),
  }
}

export function trimGateway(object: Meta): GatewaySnapshot {
  const { spec, status: said } = gateway.parse(object)
  const own = identify(object)
  return {
    kind: 'Gateway',
    ...own,
    className: spec.gatewayClassName,
    listeners: spec.listeners.map(({ name, port, protocol, hostname, tls, allowedRoutes }) => {
      const [certificate] = tls?.certificateRefs ?? []
      const secret = { namespace: certificate?.namespace || own.namespace, name: certificate?.name ?? '' }
      return {
        name,
        port,
        protocol,
        host: hostname,
        secret: protocol === 'HTTPS' && tls?.mode !== 'Passthrough' ? secret : null,
        // A selector of namespaces is not looked into: the conditions of the route say what comes of it.
        takesOthers: ['All', 'Selector'].includes(allowedRoutes.namespaces.from),
      }
    }),
    accepted: currentOf(said.conditions, object, 'Accepted'),
    programmed: currentOf(said.conditions, object, 'Programmed'),
  }
}

export function trimHttpRoute(object: Meta): HTTPRouteSnapshot {
  const { spec, status: from } = httpRoute.parse(object)
  const own = identify(object)
  return {
    kind: 'HTTPRoute',
    ...own,
    parents: spec.parentRefs.filter(isGateway).map((one) => refOf(one, own)),
    rules: rulesOf(spec).take(MOST_RULES).toArray(),
    statuses: from.parents
      .filter(({ parentRef }) => isGateway(parentRef))
      .map(({ parentRef, conditions: said }) => ({
        gateway: refOf(parentRef, own),
        accepted: currentOf(said, object, 'Accepted'),
        resolved: currentOf(said, object, 'ResolvedRefs'),
      })),
  }
}

const otherRoute = z.object({ spec: part({ parentRefs: list(parent) }) })

export function trimOtherRoute(kind: OtherRouteSnapshot['kind']) {
  return (object: Meta): OtherRouteSnapshot => {
    const { spec } = otherRoute.parse(object)
    const own = identify(object)
    return { kind, ...own, parents: spec.parentRefs.filter(isGateway).map((one) => refOf(one, own)) }
  }
}

function refOf(
  { namespace, name, sectionName, port }: z.output<typeof parent>,
  own: { namespace: string },
): GatewayRef {
  return { namespace: namespace || own.namespace, name, listener: sectionName, port }
}

/** Within a mesh a route may hang on a Service. */
function isGateway({ kind }: { kind: string }): boolean {
  return kind === '' || kind === 'Gateway'
}

/** One after the other: hosts, rules and matches are many times as many together. */
function* rulesOf({ hostnames, rules }: z.output<typeof httpRoute>['spec']): Generator<HostRule> {
  const hosts = hostnames.length === 0 ? [''] : hostnames
  for (const [index, { matches, backendRefs }] of rules.entries()) {
    const leads = leadsOf(backendRefs, index)
    const asked = matches.length === 0 ? [match.parse({})] : matches
    for (const host of hosts) for (const one of asked) yield { host, ...askedOf(one), ...leads }
  }
}

function askedOf({ path, method, headers, queryParams }: z.output<typeof match>) {
  const isConditional = headers.length + queryParams.length > 0 || (method !== '' && method !== 'GET')
  return {
    path: path?.value || '/',
    pathType: PATH_TYPES.get(path?.type ?? '') ?? 'Prefix',
    ...(isConditional && { conditional: true as const }),
  }
}

function leadsOf(refs: readonly z.output<typeof backend>[], rule: number): Pick<HostRule, 'place' | 'backend'> {
  const { ref, place } = heaviest(refs)
  const isService = ref !== null && ref.group === '' && (ref.kind === '' || ref.kind === 'Service')
  return {
    place: `/spec/rules/${rule}/backendRefs/${place}`,
    backend: isService
      ? {
          service: ref.name,
          port: ref.port === 0 ? '' : String(ref.port),
          ...(ref.namespace !== '' && { namespace: ref.namespace }),
        }
      : null,
  }
}

const PATH_TYPES: ReadonlyMap<string, string> = new Map([
  ['Exact', 'Exact'],
  ['PathPrefix', 'Prefix'],
  ['RegularExpression', 'ImplementationSpecific'],
])

/** Of several backends the one that gets the most requests; null where none gets any. */
function heaviest(refs: readonly z.output<typeof backend>[]): { ref: z.output<typeof backend> | null; place: number } {
  const ref = refs.reduce<z.output<typeof backend> | null>(
    (best, one) => (one.weight > (best?.weight ?? 0) ? one : best),
    null,
  )
  return { ref, place: ref === null ? 0 : refs.indexOf(ref) }
}
