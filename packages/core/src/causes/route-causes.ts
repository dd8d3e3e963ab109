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
    'No controller serves the class of the Ingress or Gateway: the class does not exist, the object names none, or the controller of the class does not run.',
  cure: 'Set `spec.ingressClassName` (in a Gateway: `spec.gatewayClassName`) to a class that `kubectl get ingressclasses,gatewayclasses` lists and whose controller runs, or install the controller.',
})

export const routeBackendMissing = named({
  cause: 'route_backend_missing',
  title: 'The route leads to a Service that does not exist.',
  cure: 'Create the Service in the namespace that the route names, or name an existing one.',
})

export const routeBackendPort = named({
  cause: 'route_backend_port',
  title: 'The route leads to a port that its Service does not have.',
  cure: 'Name a port of the Service in the route, or add the port to the Service.',
})

export const routeNotAccepted = named({
  cause: 'route_not_accepted',
  title: 'The Gateway does not exist, or its controller does not accept the route.',
  cure: 'Read the conditions under `status.parents` of the HTTPRoute: usually a listener whose hostname, port or `allowedRoutes` do not fit the route, or a backend in another namespace without a ReferenceGrant.',
})

export const routeConflict = named({
  cause: 'route_conflict',
  title: 'Two objects claim the same host and path, and lead to different Services.',
  cure: 'Keep one of them. Edge proxies differ in which one they use; most use the older one.',
})

export const routeCertificate = named({
  cause: 'route_certificate',
  title: 'The edge proxy serves a certificate that is not for the host of the route.',
  cure: 'Check the Secret that the Ingress, the listener of the Gateway or the IngressRoute names for TLS: it has to exist, have the type `kubernetes.io/tls`, and hold a certificate for the host. Portolan reads no Secrets: it sees only the certificate that the edge proxy serves.',
})

export const redirectLoop = named({
  cause: 'redirect_loop',
  title: 'The answer redirects to the very address that the client asked for.',
  cure: 'Usually the edge proxy terminates TLS, and the application redirects to HTTPS all the same: let the application trust `X-Forwarded-Proto`, or turn off one of the two redirects.',
})

export const ROUTE_CAUSES: readonly RouteCause[] = [
  ingressClassMissing,
  routeBackendMissing,
  routeBackendPort,
  routeNotAccepted,
  routeConflict,
  routeCertificate,
  redirectLoop,
]
