import { hostportUnsupported } from '../causes/nobody-listens.ts'
import { listenFamily } from '../causes/listen-family.ts'
import { oneOf } from '../causes/words.ts'
import { nodePortAddresses } from '../causes/without-incident.ts'
import type { ServiceSnapshot } from '../model/snapshot.ts'
import type { ClusterNetwork } from '../model/world.ts'
import { listenOnV6, serveBothFamilies } from '../remedies/edits.ts'
import { missedFamilies } from '../route/families.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claimed } from './claim.ts'
import { always, type Finding, unknown } from './finding.ts'
import type { Scene } from './scene.ts'

/** By the names under which they are installed. */
const POD_NETWORKS = /calico|canal|cilium|flannel|weave|antrea|kube-router|kindnet|ovn/
/** Source: Cilium, "Kubernetes Without kube-proxy", HostPort; "Portmap (HostPort)". */
const CILIUM = /^cilium$/
/** Those that serve NodePorts by themselves; others do once they are told to. */
const SERVICE_PROXIES = /kube-proxy|cilium|ovn/

/** The cluster is made without a pod network, or without kube-proxy, and what is installed instead was not given. */
export function withoutDataPath({ world, groups }: Scene, claim: Claimed): Finding | null {
  const { network } = world
  if (network === null) return null
  const isGiven = (names: RegExp) => groups.some(({ kind, name }) => kind === 'DaemonSet' && names.test(name))
  if (!network.hasPodNetwork && !isGiven(POD_NETWORKS)) {
    return unknown(
      'The cluster is made without a pod network (disableDefaultCNI), and the one that is installed instead is not among the files.',
    )
  }
  if (claim.kind === 'hostPort' && network.proxyMode !== 'none' && !network.hasPodNetwork && isGiven(CILIUM)) {
    return unknown(
      "Cilium opens a pod's hostPort only if it replaces kube-proxy, or has the portmap plugin: the files do not show that.",
      hostportUnsupported.cause,
    )
  }
  if (claim.kind === 'nodePort' && network.proxyMode === 'none' && !isGiven(SERVICE_PROXIES)) {
    return unknown(
      'The cluster is made without kube-proxy (kubeProxyMode: none), and what serves NodePorts instead is not among the files.',
    )
  }
  return null
}

/** kube-proxy does not serve the NodePort at the address of the node that the engine dials. */
export function servedElsewhere(scene: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const { network } = scene.world
  if (claim.kind !== 'nodePort') return null
  return otherFamily(scene, claim.service, mapped) ?? (network === null ? null : otherAddresses(network))
}

function otherFamily({ world }: Scene, service: ServiceSnapshot, mapped: MappedPort): Finding | null {
  const served = servedFamilies(world.network, service)
  const nodeAddresses = world.containers.find(({ name }) => mapped.nodes.includes(name))?.addresses ?? []
  const missed = missedFamilies({ listenAddresses: mapped.listenAddresses, nodeAddresses }, served)
  if (missed === null) return null
  const name = `Service ${service.namespace}/${service.name}`
  const listens = `Host port ${mapped.hostPort} listens on ${mapped.listenAddresses.join(' and ')}`
  const summary = `${listens}, so the engine dials the ${missed.dialled.join(' and ')} address of ${oneOf(mapped.nodes)}, and ${name} is served over ${served.join(' and ')} alone.`
  if (!missed.isSure) return unknown(summary, listenFamily.cause)
  const isV6 = missed.dialled.includes('IPv6')
  const remedies = world.network?.family === 'dual' ? [serveBothFamilies(service)] : isV6 ? [] : [listenOnV6(mapped)]
  return always(listenFamily.cause, summary, { remedies })
}

/** Of a cluster that runs each Service says it. A single-stack Service of a dual-stack cluster gets IPv4, which is kind's first, unless it says otherwise. */
function servedFamilies(network: ClusterNetwork | null, { families }: ServiceSnapshot): ('IPv4' | 'IPv6')[] {
  if (network === null) return families ?? ['IPv4', 'IPv6']
  if (network.family === 'dual') return families ?? ['IPv4']
  return [network.family === 'ipv6' ? 'IPv6' : 'IPv4']
}

/** Source: Kubernetes, KubeProxyConfiguration, nodePortAddresses. */
function otherAddresses({ nodePortAddresses: given }: ClusterNetwork): Finding | null {
  if (given.length === 0 || given.includes('primary') || given.some((one) => one.endsWith('/0'))) return null
  const only = `kube-proxy serves NodePorts at ${given.join(' and ')} alone (nodePortAddresses)`
  return given.every((one) => one.startsWith('127.') || one === '::1/128')
    ? always(nodePortAddresses.cause, `${only}, and the engine dials the node at another address.`)
    : unknown(`${only}; whether the node's own address is among them is not known.`, nodePortAddresses.cause)
}
