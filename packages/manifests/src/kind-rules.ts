import { isIPv4, isIPv6 } from 'node:net'
import type { KindConfig, KindMapping } from './kind-schema.ts'

export interface KindFault {
  path: (string | number)[]
  message: string
}

/** What kind refuses in a config whose every field is right by itself. Source: kind, pkg/internal/apis/config/validate.go. */
export function kindFaults(config: KindConfig, name: string): KindFault[] {
  const { nodes, networking } = config
  const members = nodes.filter((node) => node !== null)
  const isWithout = members.length > 0 && members.every(({ role }) => role !== 'control-plane')
  return [
    ...(/^[a-z0-9.-]+$/.test(name)
      ? []
      : [{ path: ['name'], message: 'name: kind takes lower-case letters, digits, dots and dashes' }]),
    ...(['podSubnet', 'serviceSubnet'] as const).flatMap((field) => {
      const fault = networking[field] === '' ? null : subnetFault(networking[field], networking.ipFamily)
      return fault === null ? [] : [{ path: ['networking', field], message: `networking.${field}: ${fault}` }]
    }),
    ...(isWithout ? [{ path: ['nodes'], message: 'nodes: at least one has to be a control-plane' }] : []),
    ...nodes.flatMap((node, index) => labelFaults(node?.labels ?? {}, ['nodes', index, 'labels'])),
    ...nodes.flatMap((node, index) =>
      mappingFaults(node?.extraPortMappings ?? [], ['nodes', index, 'extraPortMappings']),
    ),
  ]
}

const RESERVED = /(?:^|\.)(?:kubernetes|k8s)\.io\//
/** Labels of Kubernetes' own that a node may give to itself. Source: Kubernetes, pkg/kubelet/apis/well_known_labels.go. */
const OWN = new RegExp(
  String.raw`^(?:[\w.-]*\.)?(?:kubelet|node)\.kubernetes\.io/|^(?:beta\.)?kubernetes\.io/(?:os|arch|instance-type|hostname)$|^(?:topology|failure-domain\.beta)\.kubernetes\.io/(?:zone|region)$|^beta\.kubernetes\.io/instance-type$`,
)

/** kind takes them, and the kubelet does not start with them, so that the cluster is not created. */
function labelFaults(labels: Record<string, string>, path: KindFault['path']): KindFault[] {
  return Object.keys(labels)
    .filter((key) => RESERVED.test(key) && !OWN.test(key))
    .map((key) => ({
      path: [...path, key],
      message: `the kubelet does not start with the label ${key}: set it later by kubectl label node`,
    }))
}

function subnetFault(text: string, family: KindConfig['networking']['ipFamily']): string | null {
  const families = text.split(',').map(familyOf)
  if (families.includes(null)) return 'expected a network in CIDR notation, such as 10.244.0.0/16'
  if (family !== 'dual') {
    if (families.length > 1) return 'only the dual family takes more than one network'
    return families[0] === family ? null : `expected a network of the family ${family}`
  }
  const isPair = families.length === 1 || (families.length === 2 && families[0] !== families[1])
  return isPair ? null : 'expected one network, or one of each family'
}

function familyOf(cidr: string): 'ipv4' | 'ipv6' | null {
  const [address = '', length = '', ...more] = cidr.split('/')
  if (more.length > 0 || !/^(?:0|[1-9]\d*)$/.test(length) || address.includes('%')) return null
  if (isIPv4(address)) return Number(length) <= 32 ? 'ipv4' : null
  return isIPv6(address) && Number(length) <= 128 ? 'ipv6' : null
}

/** Two mappings of one node on the same address; that of any address takes all of them. */
function mappingFaults(mappings: (KindMapping | null)[], path: KindFault['path']): KindFault[] {
  const taken = new Map<string, Set<string>>()
  return mappings.flatMap((mapping, index): KindFault[] => {
    if (mapping === null || mapping.hostPort <= 0) return []
    const at = [...path, index]
    const fault = (message: string) => [{ path: at, message: `${at.join('.')}: ${message}` }]
    const address = canonical(mapping.listenAddress)
    if (address === null) return fault('expected an IP address as listenAddress')
    const port = `${mapping.hostPort}/${mapping.protocol}`
    const addresses = taken.get(port) ?? new Set()
    taken.set(port, addresses)
    const isTaken = addresses.has(address) || addresses.has(ANY) || (address === ANY && addresses.size > 0)
    addresses.add(address)
    return isTaken ? fault(`host port ${mapping.hostPort} is mapped twice for ${mapping.protocol} on one address`) : []
  })
}

const ANY = '0.0.0.0'

/** One spelling an address; that of any IPv6 address is that of any IPv4 address to kind. */
function canonical(address: string): string | null {
  if (address === '' || isIPv4(address)) return address || ANY
  if (!isIPv6(address) || address.includes('%')) return null
  const spelled = new URL(`http://[${address}]`).hostname
  return spelled === '[::]' ? ANY : spelled
}
