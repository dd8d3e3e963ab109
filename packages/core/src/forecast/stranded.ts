import { lbPending, notMapped } from '../causes/without-incident.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { targetPortIn } from '../route/claim.ts'
import { isServedAt } from './claim.ts'
import { fixNodePort, mapPort, refOf } from '../remedies/edits.ts'
import { always, type Finding, unknown } from './finding.ts'
import { nodePortRange, refusalOf, rivalsAt } from './refused.ts'
import { selectedPods } from '../cluster/pod-group.ts'
import { eligibleForAny, type Scene } from './scene.ts'
import type { PortVerdict } from '../model/verdict.ts'

/** A Service port that is meant for clients outside the cluster, that the API server takes, and no host port leads to. */
export interface Stranded {
  service: ServiceSnapshot
  port: ServicePort
}

const known = new WeakMap<Scene, Stranded[]>()

export function strandedPorts(scene: Scene): Stranded[] {
  const found = known.get(scene) ?? findStranded(scene)
  known.set(scene, found)
  return found
}

function findStranded(scene: Scene): Stranded[] {
  const mapped = new Set([...scene.claims.values()].flatMap((claim) => (claim.kind === 'nodePort' ? [claim.port] : [])))
  return scene.world.services
    .filter(({ type }) => type === 'NodePort' || type === 'LoadBalancer')
    .filter((service) => refusalOf(scene.world, service) === null)
    .flatMap((service) => service.ports.map((port) => ({ service, port })))
    .filter(
      (one) =>
        one.port.protocol !== 'SCTP' &&
        !mapped.has(one.port) &&
        !isSecond(scene, one) &&
        !hasHostPort(scene, one) &&
        !isAtMappedPort(scene, one),
    )
}

/** Its pods are reached by a mapped host port of their own, as ingress controllers on kind are. */
export function hasHostPort(scene: Scene, { service, port }: Stranded): boolean {
  return scene.ports.some((mapped) => {
    const claim = scene.claims.get(mapped)
    if (claim?.kind !== 'hostPort' && claim?.kind !== 'hostNetwork') return false
    return claim.groups.some((group) => {
      const target = targetPortIn(port, group.template)
      return (
        selectedPods(service, group) !== null &&
        group.template.ports.some(
          (one) => one.containerPort === target && (one.hostPort || one.containerPort) === mapped.containerPort,
        )
      )
    })
  })
}

/** What is said of a mapped port says it of the Service. */
function isAtMappedPort({ ports }: Scene, { service, port }: Stranded): boolean {
  return ports.some((mapped) => isServedAt({ ...service, ports: [port] }, mapped))
}

/** Verdicts on Services that nobody can reach from the host. */
export function judgeStranded(scene: Scene): PortVerdict[] {
  return strandedPorts(scene).flatMap(({ service, port }) => {
    const isBalanced = service.type === 'LoadBalancer'
    if (isBalanced && (scene.world.loadBalancers === true || isAtAddress(service))) return []
    const groups = scene.selected(service)
    const eligibleNodes = eligibleForAny(scene, groups)
    const name = `Service ${service.namespace}/${service.name}`
    const finding = isBalanced
      ? pendingBalancer(scene, name)
      : always(
          notMapped.cause,
          port.nodePort > 0
            ? `No host port leads to NodePort ${port.nodePort} of ${name}.`
            : `${name} gets a NodePort at random, to which no host port can lead.`,
          { remedies: mappingFor(scene, { service, port }, eligibleNodes) },
        )
    return [
      {
        cluster: scene.world.cluster,
        hostPort: null,
        listenAddresses: [],
        protocol: port.protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
        node: null,
        containerPort: port.nodePort || null,
        service: `${service.namespace}/${service.name}`,
        mappedNodes: [],
        eligibleNodes,
        ...finding,
        about: refOf(service),
      },
    ]
  })
}

/** One that runs has been handed an address. */
function isAtAddress({ balancerAddresses }: ServiceSnapshot): boolean {
  return balancerAddresses !== undefined && balancerAddresses.length > 0
}

function pendingBalancer({ world }: Scene, name: string): Finding {
  const remedies = [{ text: 'Run cloud-provider-kind or MetalLB, or map a host port to a NodePort', edits: [] }]
  return world.loadBalancers === false
    ? always(
        lbPending.cause,
        `${name} waits for an address that nothing here hands out, and no host port leads to it.`,
        { remedies },
      )
    : unknown(
        `${name} waits for an address, and whether anything hands one out (cloud-provider-kind, MetalLB) is not known; no host port leads to it.`,
        lbPending.cause,
        { remedies },
      )
}

/** The NodePort is another Service's, which leads to the host port all the same. */
function isSecond({ servicesAt, claims }: Scene, { service, port }: Stranded): boolean {
  const rivals = new Set(rivalsAt({ servicesAt }, service, port).map((one) => one.service))
  return rivals.size > 0 && [...claims.values()].some((claim) => claim.kind === 'nodePort' && rivals.has(claim.service))
}

function mappingFor(scene: Scene, { service, port }: Stranded, eligible: string[]) {
  const node = service.externalTrafficPolicy === 'Local' ? eligible[0] : scene.world.nodes[0]?.name
  const isFree = scene.ports.every(({ hostPort }) => hostPort !== port.nodePort)
  if (port.nodePort === 0) return fixedFor(scene, { service, port })
  return node === undefined || !isFree ? [] : [mapPort(node, port.nodePort, port.nodePort, port.protocol)]
}

/** A NodePort at random may be any, so it may be one that is mapped and that nothing else claims. */
function fixedFor({ world, ports, claims }: Scene, { service, port }: Stranded) {
  const { first, last } = nodePortRange(world)
  const open = ports.find(
    (mapped) =>
      claims.get(mapped)?.kind === 'none' &&
      mapped.protocol === port.protocol.toLowerCase() &&
      mapped.containerPort >= first &&
      mapped.containerPort <= last,
  )
  return open === undefined ? [] : [fixNodePort(service, port, open.containerPort)]
}
