import { portMismatch } from '../causes/port-mismatch.ts'
import { listed, oneOf } from '../causes/words.ts'
import { hostPortsOf } from '../cluster/host-ports.ts'
import { isServedAt } from './claim.ts'
import { groupName } from '../cluster/pod-group.ts'
import { lastingTaints, taintText } from '../cluster/scheduling.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { balance, expose, fixNodePort, leadTo, leadToNumber, speak } from '../remedies/edits.ts'
import { always, type Finding, fine, unknown } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import { ownServerAt } from './own-servers.ts'
import { freeNodePort, nodePortRange, rangeText, serviceName } from './refused.ts'
import { nodeOf, type Scene } from './scene.ts'
import { type Stranded, strandedPorts } from './stranded.ts'
import { hasController, whatWaits } from './waiting.ts'

/**
 * A mapping that nothing which was read claims. It is dark for certain only where something plainly missed it and nothing
 * waits for a controller that could claim it: most mappings wait for what is installed later.
 */
export function judgeUnclaimed(scene: Scene, mapped: MappedPort): Finding {
  const server = ownServerAt(scene.world, mapped)
  if (server !== null) return fine(`${server} answers at port ${mapped.containerPort} of ${oneOf(mapped.nodes)}.`)
  const addressed = atOwnAddress(scene, mapped)
  if (addressed !== null) return addressed
  const missed = plainlyMissed(scene, mapped)
  const waits = whatWaits(scene.world) ?? waitsForIngress(scene, mapped) ?? openPods(scene, mapped)
  if (missed !== null && waits === null) return missed
  const lesson =
    waits === null ? (otherAddress(scene, mapped) ?? randomPort(scene, mapped) ?? insidePort(scene, mapped)) : null
  const sentences = [
    whoCould(scene, mapped),
    ...(lesson === null ? [] : [lesson.summary]),
    ...(waits === null ? [] : [`${waits}.`]),
  ]
  return unknown(sentences.join(' '), null, { remedies: lesson?.remedies ?? [] })
}

/** A Service that is served at addresses of its own: whether the node has one of them is not known before it runs. */
function atOwnAddress({ world }: Scene, mapped: MappedPort): Finding | null {
  const found = world.services.find((service) => isServedAt(service, mapped))
  if (found === undefined) return null
  const addresses = found.externalAddresses ?? []
  return unknown(
    `${serviceName(found)} is served at port ${mapped.containerPort} of ${listed(addresses.slice(0, MOST_NAMED))} (externalIPs): this port answers where that is the address of ${oneOf(mapped.nodes)}, which gets one when it is made.`,
  )
}

/** Something was meant for this mapping, and has one number or the protocol wrong. */
function plainlyMissed(scene: Scene, mapped: MappedPort): Finding | null {
  return otherProtocol(scene, mapped) ?? otherNodePort(scene, mapped) ?? hostSide(scene, mapped)
}

function otherProtocol({ world }: Scene, mapped: MappedPort): Finding | null {
  for (const service of world.services) {
    const port = service.ports.find((one) => one.nodePort === mapped.containerPort && one.nodePort > 0)
    if (port === undefined) continue
    return always(
      portMismatch.cause,
      `The port is mapped for ${mapped.protocol.toUpperCase()}, ${serviceName(service)} speaks ${port.protocol} at NodePort ${port.nodePort}.`,
      { remedies: [speak(mapped, port.protocol)] },
    )
  }
  return null
}

/** A NodePort or LoadBalancer that no host port leads to, and whose port was written where its NodePort belongs. */
function otherNodePort(scene: Scene, mapped: MappedPort): Finding | null {
  const missed = strandedPorts(scene).filter(
    ({ service, port }) =>
      (service.type === 'NodePort' || scene.world.loadBalancers !== true) &&
      port.protocol === mapped.protocol.toUpperCase() &&
      (port.port === mapped.containerPort || (port.nodePort > 0 && port.nodePort === mapped.hostPort)),
  )
  const [first] = missed
  if (first === undefined) return null
  const where = `port ${mapped.containerPort} of ${oneOf(mapped.nodes)}`
  const why =
    first.port.port === mapped.containerPort
      ? `: ${first.port.port} is the port of ${serviceName(first.service)} inside the cluster, not its NodePort`
      : ''
  return always(
    portMismatch.cause,
    `Nothing claims ${where}${why}; no host port leads to ${listed(missed.map(nodePortText))}.`,
    { remedies: missed.length === 1 ? remediesFor(scene, first, mapped) : [] },
  )
}

function remediesFor({ world }: Scene, { service, port }: Stranded, mapped: MappedPort) {
  const { first, last } = nodePortRange(world)
  const fits = mapped.containerPort >= first && mapped.containerPort <= last
  const fix = fits ? [fixNodePort(service, port, mapped.containerPort)] : []
  return port.nodePort > 0 ? [leadTo(mapped, port), ...fix] : fits ? fix : []
}

/** A pod takes the number of the host's side for a port of its node. */
function hostSide({ groups, ports }: Scene, mapped: MappedPort): Finding | null {
  if (ports.some(({ containerPort }) => containerPort === mapped.hostPort)) return null
  const group = groups.find(({ template }) =>
    hostPortsOf(template).some(
      ({ port, protocol }) => port === mapped.hostPort && protocol.toLowerCase() === mapped.protocol,
    ),
  )
  if (group === undefined) return null
  return always(
    portMismatch.cause,
    `The mapping leads to port ${mapped.containerPort} of ${oneOf(mapped.nodes)}, and ${groupName(group)} holds port ${mapped.hostPort} of its node: the pod's hostPort has to be the containerPort of the mapping.`,
    { remedies: [leadToNumber(mapped, mapped.hostPort)] },
  )
}

/** A pod takes the port at an address of its node that the engine does not dial. */
function otherAddress({ groups }: Scene, { containerPort, protocol, nodes }: MappedPort): Finding | null {
  for (const group of groups) {
    const port = hostPortsOf(group.template).find(
      (one) => one.port === containerPort && one.protocol.toLowerCase() === protocol,
    )
    if (port === undefined) continue
    return unknown(
      `${groupName(group)} takes port ${containerPort} at ${port.hostIP} of its node alone (hostIP), and the engine dials ${oneOf(nodes)} at another address.`,
    )
  }
  return null
}

/** A Service whose NodePort Kubernetes picks: it may be set to the one that is mapped. */
function randomPort(scene: Scene, mapped: MappedPort): Finding | null {
  if (!mayBeNodePort(scene, mapped)) return null
  const open = strandedPorts(scene).filter(
    ({ port }) => port.nodePort === 0 && port.protocol === mapped.protocol.toUpperCase(),
  )
  const [only] = open
  if (only === undefined) return null
  const names = [...new Set(open.map(({ service }) => serviceName(service)))]
  const verb = names.length === 1 ? 'gets its NodePort' : 'get their NodePorts'
  const summary = `${listed(names.slice(0, MOST_NAMED))} ${verb} at random: with nodePort ${mapped.containerPort} one of its ports is reached here.`
  return unknown(summary, null, {
    remedies: open.length === 1 ? [fixNodePort(only.service, only.port, mapped.containerPort)] : [],
  })
}

const MOST_NAMED = 3
/** Services that only the cluster itself calls, though they often have port 443. */
const INTERNAL = /webhook|admission|metrics/

/** The first mistake of all: the port of a Service inside the cluster, mapped as if it were a NodePort. */
function insidePort(scene: Scene, mapped: MappedPort): Finding | null {
  const { first, last } = nodePortRange(scene.world)
  const meant = scene.world.services.flatMap((service) => {
    const port = service.ports.find(
      (one) => one.port === mapped.containerPort && one.protocol === mapped.protocol.toUpperCase(),
    )
    const isInside = service.type === 'ClusterIP' || service.type === 'LoadBalancer'
    return port === undefined || !isInside || INTERNAL.test(service.name) ? [] : [{ service, port }]
  })
  const [only] = meant
  if (only === undefined) return null
  if (scene.world.network?.servesBalancers === true) {
    const name = serviceName(only.service)
    return unknown(
      `${mapped.containerPort} is the port of ${name} inside the cluster: with type LoadBalancer every node serves it.`,
      null,
      {
        remedies: meant.length === 1 ? [balance(only.service)] : [],
      },
    )
  }
  const names = listed(meant.slice(0, MOST_NAMED).map(({ service }) => serviceName(service)))
  const summary = `${mapped.containerPort} is the port of ${names} inside the cluster: from outside it needs type NodePort and a nodePort in ${first}-${last}, and that number as the containerPort of the mapping.`
  const isHeadless = only.service.clusterIP === (scene.world.isComplete ? undefined : 'None')
  const nodePort = freeNodePort(scene.world, scene.ports, mapped.containerPort)
  return unknown(summary, null, {
    remedies: meant.length === 1 && !isHeadless ? [expose(only.service, only.port, mapped, nodePort)] : [],
  })
}

const READY = 'ingress-ready'

/** The node was made ready for an ingress controller, which comes from elsewhere. Source: kind, "Ingress". */
function waitsForIngress(scene: Scene, mapped: MappedPort): string | null {
  if (hasController(scene.world, null)) return null
  const ready = mapped.nodes.find((name) => nodeOf(scene, name)?.labels[READY] !== undefined)
  return ready !== undefined && !mayBeNodePort(scene, mapped)
    ? `${ready} has the label ${READY}, by which manifests of ingress controllers choose it: their pods are not among the files`
    : null
}

/** On the network of this very node they may listen at any of its ports, and their files do not say at which. */
function openPods(scene: Scene, mapped: MappedPort): string | null {
  const open = scene.groups.filter(
    (group) =>
      group.template.hostNetwork &&
      group.template.ports.length === 0 &&
      group.replicas !== 0 &&
      scene.eligible(group).nodes.some(({ name }) => mapped.nodes.includes(name)),
  )
  return open.length === 0
    ? null
    : `${listed(open.slice(0, MOST_NAMED).map(groupName))} may be on the network of ${oneOf(mapped.nodes)} and ${open.length === 1 ? 'declares' : 'declare'} no port: where they listen is not in the files`
}

function mayBeNodePort({ world }: Scene, { containerPort }: MappedPort): boolean {
  const { first, last } = nodePortRange(world)
  return containerPort >= first && containerPort <= last
}

/** Who can answer at this port of the node, going by its number and the node alone. */
function whoCould(scene: Scene, mapped: MappedPort): string {
  const { containerPort, nodes } = mapped
  const where = `Port ${containerPort} of ${oneOf(nodes)}`
  if (mayBeNodePort(scene, mapped)) {
    const { services, superseded } = scene.world
    const before = superseded.find(({ ports }) => ports.some((one) => one.nodePort === containerPort))
    const given =
      before !== undefined
        ? `${serviceName(before)} has it in an earlier document, and not in the last one of that name`
        : services.length === 0
          ? 'no Service was given'
          : 'no Service that was read has it'
    return `${where} can be a NodePort: ${given}, and no pod takes it as its hostPort.`
  }
  const taints = nodes.flatMap((node) => nodeOf(scene, node)?.taints ?? [])
  const lasting = [...new Set(lastingTaints({ taints }).map(taintText))]
  const tolerated = lasting.length === 0 ? '' : ` that tolerates ${listed(lasting)}`
  const range = rangeText(nodePortRange(scene.world))
  const pod = `a pod on ${nodes.length === 1 ? 'this very node' : 'one of these nodes'}${tolerated}, with hostPort ${containerPort} or on the host network,`
  const balanced =
    scene.world.network?.servesBalancers === true ? ` or a Service of type LoadBalancer with port ${containerPort}` : ''
  return `${where} can be no NodePort (${range}): only ${pod}${balanced} can answer there, and none that was read declares it.`
}

function nodePortText({ service, port }: { service: ServiceSnapshot; port: ServicePort }): string {
  const where = port.nodePort > 0 ? `NodePort ${port.nodePort}` : 'the NodePort, which Kubernetes will pick at random,'
  return `${where} of ${serviceName(service)}`
}
