import { portMismatch } from '../causes/port-mismatch.ts'
import { listed } from '../causes/words.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { fixNodePort, leadTo, speak } from '../remedies/edits.ts'
import { always, type Finding, unknown } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Scene } from './scene.ts'
import { type Stranded, strandedPorts } from './stranded.ts'

/** A mapping to a port of the node that nothing claims: most likely it was meant for a Service that none leads to. */
export function judgeUnclaimed(scene: Scene, mapped: MappedPort): Finding {
  const otherProtocol = sameNodePort(scene, mapped)
  if (otherProtocol !== null) {
    const { service, port } = otherProtocol
    return always(
      portMismatch.cause,
      `The port is mapped for ${mapped.protocol.toUpperCase()}, Service ${service.namespace}/${service.name} speaks ${port.protocol} at NodePort ${port.nodePort}.`,
      { remedies: [speak(mapped, port.protocol)] },
    )
  }
  const stranded = strandedPorts(scene)
  const where = `port ${mapped.containerPort} of ${mapped.node}`
  if (stranded.length === 0) return unknown(`Nothing that was read claims ${where}.`)
  const likely = stranded.filter(({ port }) => meant(port, mapped))
  const [only] = likely.length === 1 ? likely : stranded.length === 1 ? stranded : []
  if (only === undefined) {
    const names = (likely.length === 0 ? stranded : likely).map(nameOf)
    return always(portMismatch.cause, `Nothing claims ${where}; no host port leads to ${listed(names)}.`)
  }
  const { service, port } = only
  const isAlone = [...scene.claims.values()].filter(({ kind }) => kind === 'none').length === 1
  const isServicePort = port.port === mapped.containerPort
  return always(
    portMismatch.cause,
    `Nothing claims ${where}${isServicePort ? `: ${port.port} is the port of Service ${service.namespace}/${service.name} inside the cluster, not its NodePort` : ''}; no host port leads to ${nameOf(only)}.`,
    { remedies: likely.length > 0 || isAlone ? remediesFor(only, mapped) : [] },
  )
}

function remediesFor({ service, port }: Stranded, mapped: MappedPort) {
  const fits = mapped.containerPort >= 30000 && mapped.containerPort <= 32767
  if (port.nodePort > 0)
    return [leadTo(mapped, port), ...(fits ? [fixNodePort(service, port, mapped.containerPort)] : [])]
  return fits ? [fixNodePort(service, port, mapped.containerPort)] : []
}

function meant(port: ServicePort, mapped: MappedPort): boolean {
  const numbers = [mapped.containerPort, mapped.hostPort]
  return numbers.includes(port.port) || numbers.map(String).includes(port.targetPort) || numbers.includes(port.nodePort)
}

function sameNodePort({ world }: Scene, mapped: MappedPort): { service: ServiceSnapshot; port: ServicePort } | null {
  for (const service of world.services) {
    const port = service.ports.find((one) => one.nodePort === mapped.containerPort)
    if (port !== undefined) return { service, port }
  }
  return null
}

function nameOf({ service, port }: Stranded): string {
  const where = port.nodePort > 0 ? `NodePort ${port.nodePort}` : 'the NodePort, which Kubernetes will pick at random,'
  return `${where} of Service ${service.namespace}/${service.name}`
}
