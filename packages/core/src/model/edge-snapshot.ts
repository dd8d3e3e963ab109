import type { Condition, Identified } from './identified.ts'

/** Which hosts and paths an edge proxy is to lead to which Services. */
export interface IngressSnapshot extends Identified {
  kind: 'Ingress'
  /** `spec.ingressClassName`, or the old annotation `kubernetes.io/ingress.class`; null where it names none. */
  className: string | null
  rules: HostRule[]
  /** The hosts that are to be served with a certificate, and the Secret that holds it; its content is never read. */
  tls: { hosts: string[]; secretName: string }[]
  /** What its controller says it is served at; empty where no controller said so. */
  addresses: string[]
  /** It takes a share of another one's requests on purpose. */
  canary?: true
}

/** A host and path, and the Service that requests for it are to go to. */
export interface HostRule {
  /** As `*.example.com`; empty for every host. */
  host: string
  /** `/` where the rule names none. */
  path: string
  /** `Prefix`, `Exact`, or something else for a pattern. */
  pathType: string
  /** Where the backend is in the object, as a JSON pointer. */
  place: string
  /** null: a backend that is no Service. */
  backend: Backend | null
  /** It takes some requests alone: by a header, a method, a query, or in words that are not read here. */
  conditional?: true
}

export interface Backend {
  service: string
  port: string
  /** Absent: that of the object. */
  namespace?: string
}

export interface IngressClassSnapshot extends Identified {
  kind: 'IngressClass'
  /** Which controller it is for, as `k8s.io/ingress-nginx`. */
  controller: string
  /** An Ingress without a class is of this one. */
  isDefault: boolean
}

/** Where an edge proxy listens. Source of this and the next two: Gateway API, `gateway.networking.k8s.io/v1`. */
export interface GatewaySnapshot extends Identified {
  kind: 'Gateway'
  className: string
  listeners: GatewayListener[]
  /** As its controller says of it; null while none does. */
  accepted: Condition | null
  programmed: Condition | null
}

export interface GatewayListener {
  name: string
  port: number
  /** As `HTTP`, `HTTPS`, `TLS`. */
  protocol: string
  /** Empty for every host. */
  host: string
  /** Of its certificate; null: it ends no TLS. */
  secret: SecretRef | null
  /** Routes of other namespaces may use it. */
  takesOthers: boolean
}

/** Its content is never read. */
export interface SecretRef {
  namespace: string
  /** Empty where none is named. */
  name: string
}

export interface GatewayClassSnapshot extends Identified {
  kind: 'GatewayClass'
  /** Which controller it is for, as `traefik.io/gateway-controller`. */
  controller: string
  accepted: Condition | null
}

/** Which hosts and paths Gateways are to lead to which Services. */
export interface HTTPRouteSnapshot extends Identified {
  kind: 'HTTPRoute'
  parents: GatewayRef[]
  rules: HostRule[]
  /** What the controllers of its Gateways say of it as it is now. */
  statuses: RouteStatus[]
}

/** Routes of the Gateway API that are not in HTTP/1 terms: they are listed, and not probed. */
export const OTHER_ROUTES = ['GRPCRoute', 'TLSRoute', 'TCPRoute'] as const

export interface OtherRouteSnapshot extends Identified {
  kind: (typeof OTHER_ROUTES)[number]
  parents: GatewayRef[]
}

export interface GatewayRef {
  namespace: string
  name: string
  /** Empty: every listener. */
  listener: string
  /** 0: every port. */
  port: number
}

export interface RouteStatus {
  gateway: GatewayRef
  accepted: Condition | null
  /** Whether what it leads to could be found, and may be used. */
  resolved: Condition | null
}

/** Which hosts and paths Traefik is to lead to which Services. Source: `traefik.io/v1alpha1`. */
export interface IngressRouteSnapshot extends Identified {
  kind: 'IngressRoute'
  /** By name; empty: all of them. */
  entryPoints: string[]
  rules: HostRule[]
  /** The Secret of its certificate (the name may be empty); null: no TLS. */
  secret: string | null
}
