import {
  type AddressBlock,
  type Condition,
  type ContainerPort,
  type ContainerSnapshot,
  type EndpointSliceSnapshot,
  type EndpointSnapshot,
  type EventSnapshot,
  type GatewayClassSnapshot,
  type GatewayListener,
  type GatewayRef,
  type GatewaySnapshot,
  type HostRule,
  type HTTPRouteSnapshot,
  OTHER_ROUTES,
  type OtherRouteSnapshot,
  type IngressAllowance,
  type IngressClassSnapshot,
  type IngressRouteSnapshot,
  type IngressSnapshot,
  type LabelSelector,
  type NetworkPolicySnapshot,
  type NodeSelectorTerm,
  type NodeSnapshot,
  type ObjectSnapshot,
  type OwnerRef,
  type PodPlacement,
  type PodRule,
  type PodSnapshot,
  type Requests,
  type Rollout,
  type RouteStatus,
  type SecretRef,
  type ServicePort,
  type ServiceSnapshot,
  type Taint,
  type Toleration,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
  type WorkloadSnapshot,
} from '@portolan/core'
import * as z from 'zod'

/** A check for each field, and for no other: what a newer Portolan adds does not matter. */
function fields<T>(shape: Record<keyof T, z.ZodType>) {
  return z.object(shape)
}

type Identity = 'kind' | 'namespace' | 'name' | 'uid' | 'resourceVersion' | 'createdAt'

const text = z.string()
const texts = z.array(text)
const number = z.number()
const flag = z.boolean()
const map = z.record(text, text)

const identity: Record<Exclude<Identity, 'kind'>, z.ZodType> = {
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: text,
  createdAt: number,
}

/** What every object is found by, and the fields of its kind. */
function object<T extends ObjectSnapshot>(
  kinds: readonly T['kind'][],
  own: Record<Exclude<keyof T, Identity>, z.ZodType>,
) {
  return z.object({ kind: z.enum(kinds), ...identity, ...own })
}

const condition = fields<Condition>({ status: text, reason: text, message: text, since: number }).nullable()
const owner = fields<OwnerRef>({ kind: text, name: text, uid: text }).nullable()
const expressions = z.array(z.object({ key: text, operator: text, values: texts }))
const selector = fields<LabelSelector>({ matchLabels: map, matchExpressions: expressions })
const nodeTerms = z.array(fields<NodeSelectorTerm>({ matchExpressions: expressions, matchFields: expressions }))

const placement = fields<PodPlacement>({
  labels: map,
  hostNetwork: flag,
  ports: z.array(
    fields<ContainerPort>({
      name: text,
      containerPort: number,
      hostPort: number,
      hostIP: text,
      protocol: text,
    }),
  ),
  nodeSelector: map,
  tolerations: z.array(fields<Toleration>({ key: text, operator: text, value: text, effect: text })),
  requiredNodeTerms: nodeTerms,
  podRules: z
    .array(
      fields<PodRule>({
        kind: text,
        topologyKey: text,
        selector,
        namespaces: texts.nullable(),
        maxSkew: number,
      }),
    )
    .optional(),
  requests: fields<Requests>({ cpu: number, memory: number }).optional(),
  claims: texts.optional(),
  claimTemplates: texts.optional(),
})

export const node = object<NodeSnapshot>(['Node'], {
  labels: map,
  taints: z.array(fields<Taint>({ key: text, value: text, effect: text })),
  unschedulable: flag,
  ready: condition,
  addresses: texts,
})

export const pod = object<PodSnapshot>(['Pod'], {
  placement,
  node: text.nullable(),
  owner,
  addresses: texts,
  phase: text,
  ready: flag,
  readySince: number,
  unschedulable: condition,
  disruption: condition,
  deletedAt: number,
  containers: z.array(
    fields<ContainerSnapshot>({
      name: text,
      ready: flag,
      restartCount: number,
      containerID: text,
      state: text,
      reason: text,
      message: text,
      exitCode: number,
      since: number,
    }),
  ),
  probedPorts: z.array(number).optional(),
})

export const service = object<ServiceSnapshot>(['Service'], {
  type: text,
  selector: map,
  externalTrafficPolicy: text,
  clusterIP: text.optional(),
  madeFor: text.optional(),
  publishNotReadyAddresses: flag,
  healthCheckNodePort: number.optional(),
  balancerAddresses: texts.optional(),
  externalAddresses: texts.optional(),
  ports: z.array(
    fields<ServicePort>({
      name: text,
      port: number,
      targetPort: text,
      nodePort: number,
      protocol: text,
      appProtocol: text,
    }),
  ),
  families: texts.optional(),
  annotations: map,
  managedByHelm: flag,
})

export const slice = object<EndpointSliceSnapshot>(['EndpointSlice'], {
  service: text,
  byHand: flag.optional(),
  addressType: text,
  endpoints: z.array(
    fields<EndpointSnapshot>({
      addresses: texts,
      node: text.nullable(),
      pod: z.object({ name: text, uid: text }).nullable(),
      ready: flag,
      serving: flag,
      terminating: flag,
    }),
  ),
  ports: z.array(z.object({ name: text, port: number, protocol: text })),
})

export const workload = object<WorkloadSnapshot>(['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'], {
  owner,
  replicas: number,
  readyReplicas: number,
  template: placement,
  rollout: fields<Rollout>({ surge: number, unavailable: number }).optional(),
  managedByHelm: flag,
})

export const policy = object<NetworkPolicySnapshot>(['NetworkPolicy'], {
  pods: selector,
  ingress: z
    .array(
      fields<IngressAllowance>({
        outsiders: flag,
        blocks: z.array(fields<AddressBlock>({ cidr: text, except: texts })).optional(),
        ports: texts,
      }),
    )
    .nullable(),
})

export const volume = object<VolumeSnapshot>(['PersistentVolume'], { nodeTerms })
export const claim = object<VolumeClaimSnapshot>(['PersistentVolumeClaim'], { volume: text })

const hostRules = z.array(
  fields<HostRule>({
    host: text,
    path: text,
    pathType: text,
    place: text,
    backend: z.object({ service: text, port: text, namespace: text.optional() }).nullable(),
    conditional: flag.optional(),
  }),
)

const ingress = object<IngressSnapshot>(['Ingress'], {
  className: text.nullable(),
  rules: hostRules,
  tls: z.array(z.object({ hosts: texts, secretName: text })),
  addresses: texts,
  canary: flag.optional(),
})
const ingressClass = object<IngressClassSnapshot>(['IngressClass'], { controller: text, isDefault: flag })

const gateway = object<GatewaySnapshot>(['Gateway'], {
  className: text,
  listeners: z.array(
    fields<GatewayListener>({
      name: text,
      port: number,
      protocol: text,
      host: text,
      secret: fields<SecretRef>({ namespace: text, name: text }).nullable(),
      takesOthers: flag,
    }),
  ),
  accepted: condition,
  programmed: condition,
})
const gatewayClass = object<GatewayClassSnapshot>(['GatewayClass'], { controller: text, accepted: condition })
const gatewayRef = fields<GatewayRef>({ namespace: text, name: text, listener: text, port: number })
const httpRoute = object<HTTPRouteSnapshot>(['HTTPRoute'], {
  parents: z.array(gatewayRef),
  rules: hostRules,
  statuses: z.array(fields<RouteStatus>({ gateway: gatewayRef, accepted: condition, resolved: condition })),
})
const ingressRoute = object<IngressRouteSnapshot>(['IngressRoute'], {
  entryPoints: texts,
  rules: hostRules,
  secret: text.nullable(),
})

const otherRoute = object<OtherRouteSnapshot>(OTHER_ROUTES, { parents: z.array(gatewayRef) })

const event = object<EventSnapshot>(['Event'], {
  regarding: fields<EventSnapshot['regarding']>({ kind: text, namespace: text, name: text, uid: text }),
  type: text,
  reason: text,
  message: text,
  count: number,
  at: number,
})

/**
 * An object as it is stored and recorded: each field has its type, so that no rule meets another. Words of Kubernetes are
 * not looked at: a newer one may have more of them.
 */
export const snapshot = z.discriminatedUnion('kind', [
  node,
  pod,
  service,
  slice,
  workload,
  policy,
  volume,
  claim,
  ingress,
  ingressClass,
  gateway,
  gatewayClass,
  httpRoute,
  ingressRoute,
  otherRoute,
  event,
])
