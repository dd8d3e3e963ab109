import { quantityOf } from '../trim/quantity.ts'
import { containersOf, type Fields, fieldsOf, listOf, textOf } from './fields.ts'

/** What pods ask of their nodes that these have only where somebody sees to it; null for nothing. */
export function unmetDemand(spec: Fields): string | null {
  const os = textOf(fieldsOf(spec['os'])['name'])
  if (os !== '' && os !== 'linux') return `runs on ${os} alone (os), which the nodes do not`
  return scarceResource(spec) ?? oddVolume(spec) ?? oddSysctl(spec)
}

/** Source: Kubernetes, "Device Plugins"; "Manage HugePages"; "Dynamic Resource Allocation". */
function scarceResource(spec: Fields): string | null {
  const asked = containersOf(spec).flatMap(({ resources }) => {
    const { requests, limits } = fieldsOf(resources)
    return [...Object.entries(fieldsOf(requests)), ...Object.entries(fieldsOf(limits))]
  })
  const found = asked.find(([name, amount]) => /\/|^hugepages-/.test(name) && quantityOf(textOf(amount)) > 0)
  if (found !== undefined) return `asks for ${found[0]}, which nodes have only where something offers it`
  const [claim] = listOf(spec['resourceClaims'])
  return claim === undefined
    ? null
    : `claims the resource ${textOf(claim['name'])}, which nodes have only where something offers it`
}

/** Types of paths that are not made where they are not there. Source: Kubernetes, "Volumes", hostPath. */
const HAS_TO_BE = new Set(['Directory', 'File', 'Socket', 'CharDevice', 'BlockDevice'])
/** What is in the node images of kind and k3d; the engine of the host is not. */
const ON_NODES =
  /^\/(?:dev|etc|lib|proc|run|sys|usr|var\/(?:lib|log|run))(?:\/(?!.*\b(?:docker|dockershim|crio)\b)|$)|^\/$/

function oddVolume(spec: Fields): string | null {
  for (const { hostPath, csi } of listOf(spec['volumes'])) {
    const { type, path } = fieldsOf(hostPath)
    if (HAS_TO_BE.has(textOf(type)) && !ON_NODES.test(textOf(path))) {
      return `mounts ${textOf(path)} of its node, which has to be there (hostPath of type ${textOf(type)})`
    }
    const driver = textOf(fieldsOf(csi)['driver'])
    if (driver !== '') return `mounts a volume of the driver ${driver}, which has to be installed on its node`
  }
  return null
}

/** Source: Kubernetes, "Using sysctls in a Kubernetes Cluster", safe ones. */
const SAFE =
  /^(?:kernel\.shm_rmid_forced|net\.ipv4\.(?:ip_local_port_range|tcp_syncookies|ping_group_range|ip_unprivileged_port_start|ip_local_reserved_ports|tcp_keepalive_(?:time|intvl|probes)|tcp_fin_timeout|tcp_rmem|tcp_wmem))$/

function oddSysctl({ securityContext }: Fields): string | null {
  const names = listOf(fieldsOf(securityContext)['sysctls']).map(({ name }) => textOf(name))
  const odd = names.find((name) => !SAFE.test(name.replaceAll('/', '.')))
  return odd === undefined
    ? null
    : `sets ${odd}, which a kubelet refuses unless it is told to allow it (allowedUnsafeSysctls)`
}
