import { targetPortWrong } from '../causes/nobody-listens.ts'
import { surgeConflict } from '../causes/surge-conflict.ts'
import { listenFamily } from '../causes/listen-family.ts'
import { listenLoopback, routeMissing } from '../causes/without-incident.ts'
import { isLoopback } from '../model/address.ts'
import type { ContainerPort, ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { needsLocalPod, portsForClients } from '../route/claim.ts'
import { mappingRef, refOf, withoutSurge } from '../remedies/edits.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import { hostPortsOf } from '../cluster/host-ports.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import { nodeOf, type Scene } from './scene.ts'
import { balancerWarnings } from './balancer-warnings.ts'
import { contestWarnings } from './contested.ts'
import { sizeWarnings } from './too-large.ts'
import { refusalWarnings } from './refused.ts'
import type { PreflightWarning } from '../model/verdict.ts'

/** What does not make a port dark by itself, and bites all the same. */
export function warningsOf(scene: Scene): PreflightWarning[] {
  return [
    ...scene.ports.flatMap((mapped) => [...listenWarnings(mapped), ...surgeWarnings(scene, mapped)]),
    ...targetWarnings(scene),
    ...balancerWarnings(scene),
    ...routeWarnings(scene),
    ...edgeWarnings(scene),
    ...contestWarnings(scene),
    ...sizeWarnings(scene),
    ...refusalWarnings(scene.world, isJudged(scene)),
  ]
}

/** What becomes of the Service is said of a port. */
function isJudged({ claims }: Scene) {
  const judged = new Set([...claims.values()].flatMap((claim) => (claim.kind === 'nodePort' ? [claim.service] : [])))
  return (service: ServiceSnapshot) => judged.has(service)
}

function listenWarnings(mapped: MappedPort): PreflightWarning[] {
  const { hostPort, listenAddresses } = mapped
  const base = { hostPort, remedies: [], about: mappingRef(mapped) }
  if (!listenAddresses.every(isLoopback)) return []
  const where = listenAddresses.join(' and ')
  const loopback: PreflightWarning = {
    cause: listenLoopback.cause,
    text: `Host port ${hostPort} listens on ${where} only: other machines cannot use it.`,
    ...base,
  }
  if (listenAddresses.includes('::1')) return [loopback]
  return [
    loopback,
    {
      cause: listenFamily.cause,
      text: `Host port ${hostPort} listens on ${where} only: a client that resolves localhost to ::1 is refused.`,
      ...base,
    },
  ]
}

/** Pods with a host port cannot share a node, so a rollout that starts the new one first moves it, or is stuck. */
function surgeWarnings(scene: Scene, mapped: MappedPort): PreflightWarning[] {
  const claim = scene.claims.get(mapped)
  if (claim === undefined || claim.kind === 'none' || !needsLocalPod({ route: claim })) return []
  return claim.groups.filter(surges).flatMap((group) => {
    const { nodes } = scene.eligible(group)
    if (nodes.length === 0) return []
    const isFull = group.replicas === null || group.replicas >= nodes.length
    if (isFull && (group.rollout?.unavailable ?? 0) > 0 && group.replicas !== null) return []
    const fate = isFull
      ? 'an old pod occupies every node that may hold the new one, so the rollout is stuck'
      : 'each rollout moves the pod to another node'
    return [
      {
        cause: surgeConflict.cause,
        text: `${groupName(group)} starts new pods before it stops old ones (maxSurge ${group.rollout?.surge}), and both want the same port of the node: ${fate}.`,
        hostPort: mapped.hostPort,
        remedies: [withoutSurge(group)],
        about: refOf(group),
      },
    ]
  })
}

function surges(group: PodGroup): boolean {
  return (group.rollout?.surge ?? 0) > 0 && group.replicas !== 0 && hostPortsOf(group.template).length > 0
}

/** A declared port is only a hint, so this is no verdict. */
function targetWarnings(scene: Scene): PreflightWarning[] {
  const misses = (port: ServicePort, group: PodGroup) => {
    const isOfProtocol = (one: ContainerPort) => one.protocol === port.protocol
    const isMeant = (one: ContainerPort) => isOfProtocol(one) && String(one.containerPort) === port.targetPort
    return (
      /^\d+$/.test(port.targetPort) &&
      portsForClients(group.template).some(isOfProtocol) &&
      !group.template.ports.some(isMeant)
    )
  }
  return scene.ports.flatMap((mapped) => {
    const claim = scene.claims.get(mapped)
    if (claim?.kind !== 'nodePort' || mapped.nodes.every((name) => nodeOf(scene, name) === null)) return []
    return claim.groups
      .filter((group) => misses(claim.port, group))
      .map((group) => ({
        cause: targetPortWrong.cause,
        text: `Service ${claim.service.namespace}/${claim.service.name} leads to port ${claim.port.targetPort}, which ${groupName(group)} does not declare.`,
        hostPort: mapped.hostPort,
        remedies: [],
        about: refOf(claim.service),
      }))
  })
}

/** An Ingress without a class belongs to nobody, unless one class is the default. Source: Kubernetes, "Ingress". */
function routeWarnings({ world }: Scene): PreflightWarning[] {
  const classes = world.routes.filter((route) => route.kind === 'IngressClass')
  if (classes.length === 0 || classes.some((one) => one.takesUnnamed)) return []
  const [only] = classes.length === 1 ? classes : []
  return world.routes.flatMap((route) =>
    route.kind === 'Ingress' && route.className === null
      ? [
          {
            cause: routeMissing.cause,
            text: `Ingress ${route.namespace}/${route.name} names no ingressClassName and no class is the default: unless its controller is set up to serve such Ingresses too, clients get 404.`,
            hostPort: null,
            remedies:
              only === undefined
                ? []
                : [
                    {
                      text: `Name the class ${only.name}`,
                      edits: [
                        {
                          object: refOf(route),
                          how: 'set' as const,
                          path: ['spec', 'ingressClassName'],
                          value: only.name,
                        },
                      ],
                    },
                  ],
            about: refOf(route),
          },
        ]
      : [],
  )
}

/** The edge proxy of the cluster answers, with 404 for whatever no route leads on. */
function edgeWarnings({ world, ports, claims }: Scene): PreflightWarning[] {
  const edgePorts = world.network?.edgePorts ?? []
  const mayRoute =
    world.routes.some(({ kind }) => kind === 'Ingress') || world.customs.length > 0 || world.unread.length > 0
  if (mayRoute || world.services.length === 0) return []
  return ports
    .filter((mapped) => edgePorts.includes(mapped.containerPort) && claims.get(mapped)?.kind === 'none')
    .map((mapped) => ({
      cause: routeMissing.cause,
      text: `Host port ${mapped.hostPort} leads to the cluster's own edge proxy (Traefik), but no Ingress was read that leads on from there: until there is one, clients get 404.`,
      hostPort: mapped.hostPort,
      remedies: [],
      about: mappingRef(mapped),
    }))
}
