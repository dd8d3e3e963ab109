import type { Cause } from '../model/cause.ts'

/** A cause that breaks a route behind an edge proxy: the port answers, the application behind it does not. */
export interface RouteCause {
  cause: Cause
  /** What the cause is, in one sentence. */
  title: string
  /** What helps. */
  cure: string
}

const named = <One extends RouteCause>(one: One) => one

export const ingressClassMissing = named({
  cause: 'ingress_class_missing',
  title:
    'No controller serves the class of the Ingress: the class does not exist, is named by none, or nothing runs for it.',
  cure: 'Set `spec.ingressClassName` to a class that `kubectl get ingressclass` lists and whose controller runs, or install the controller.',
})

export const routeBackendMissing = named({
  cause: 'route_backend_missing',
  title: 'The Ingress leads to a Service that does not exist.',
  cure: 'Create the Service in the namespace of the Ingress, or name the one that is there.',
})

export const routeBackendPort = named({
  cause: 'route_backend_port',
  title: 'The Ingress leads to a port that its Service does not have.',
  cure: 'Name a port of the Service in the Ingress, or add the port to the Service.',
})

export const routeConflict = named({
  cause: 'route_conflict',
  title: 'Two Ingresses claim the same host and path, and lead to different Services.',
  cure: 'Keep one of them: which one an edge proxy takes differs, most take the older one.',
})

export const routeCertificate = named({
  cause: 'route_certificate',
  title: 'The edge proxy serves a certificate that is not for the host of the Ingress.',
  cure: 'Look at the Secret that the Ingress names under `tls`: whether it exists in the same namespace, is of type `kubernetes.io/tls`, and its certificate is for the host. Portolan reads no Secrets; it sees the certificate that is served.',
})

export const redirectLoop = named({
  cause: 'redirect_loop',
  title: 'The answer redirects to the address that was asked for.',
  cure: 'Usually the edge proxy ends TLS and the application redirects to HTTPS all the same: let the application trust `X-Forwarded-Proto`, or turn off one of the two redirects.',
})

export const ROUTE_CAUSES: readonly RouteCause[] = [
  ingressClassMissing,
  routeBackendMissing,
  routeBackendPort,
  routeConflict,
  routeCertificate,
  redirectLoop,
]
