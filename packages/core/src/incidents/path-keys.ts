import { type Path, type PathEndpoint } from '../route/path.ts'

export function servingEndpoints({ endpoints }: Path): PathEndpoint[] {
  return endpoints.filter((one) => one.serves || one.servesLocally)
}

/** What a placement epoch is told apart by. */
export function epochKey(path: Path): string {
  const serving = servingEndpoints(path)
  const policy = path.route.kind === 'nodePort' ? path.route.service.externalTrafficPolicy : ''
  return JSON.stringify([
    path.container.name,
    path.route.kind,
    policy,
    serving.map((one) => [one.podUID, one.node, one.terminating]),
  ])
}

/** Everything that may turn the port on or off. */
export function touchKey(path: Path): string {
  const { container, mapping, route } = path
  return JSON.stringify([
    epochKey(path),
    [container.id, container.state, container.startedAt, container.addresses, mapping.inForce, mapping.containerPort],
    route.kind === 'nodePort' ? [route.service.uid, route.service.selector, route.port] : route,
    path.endpoints.map((one) => [one.podUID, one.address, one.port, one.ready, one.serving, one.terminating]),
    path.pods.map((pod) => [pod.uid, pod.node, pod.ready, pod.deletedAt > 0]),
    path.workloads.map((one) => [one.uid, one.replicas]),
    path.policy?.uid ?? null,
    path.balanced?.backends.map(({ node }) => node) ?? null,
  ])
}
