import type { Path } from '../route/path.ts'

/** The port in the pods that the way leads to. */
export function targetPortOf({ route, pods, mapping }: Path): number {
  if (route.kind === 'nodePort') {
    const { port } = route
    const numeric = Number(port.targetPort)
    if (Number.isInteger(numeric) && numeric > 0) return numeric
    const named = pods[0]?.placement.ports.find((one) => one.name === port.targetPort)
    return named?.containerPort ?? port.port
  }
  const own = pods[0]?.placement.ports.find((one) => one.hostPort === mapping.containerPort)
  return own?.containerPort ?? mapping.containerPort
}
