import { type AddressRange, covers, overlaps, rangeOf } from '../model/address-range.ts'
import { selectorOf } from './pod-rules.ts'
import { matchesLabels } from './scheduling.ts'
import type {
  AddressBlock,
  IngressAllowance,
  LabelSelector,
  NetworkPolicySnapshot,
  PodPlacement,
  PodSnapshot,
} from '../model/snapshot.ts'

type Maybe<T> = T | null | undefined

/** The spec of a NetworkPolicy, as the API writes it. */
export interface ApiNetworkPolicy {
  podSelector?: Parameters<typeof selectorOf>[0]
  policyTypes?: Maybe<string[]>
  ingress?: Maybe<
    Maybe<{
      from?: Maybe<{ ipBlock?: Maybe<{ cidr?: Maybe<string>; except?: Maybe<string[]> }> }[]>
      ports?: Maybe<ApiPolicyPort[]>
    }>[]
  >
}

interface ApiPolicyPort {
  port?: Maybe<string | number>
  endPort?: Maybe<number>
  protocol?: Maybe<string>
}

/** Its ingress half; `ingress` is null for a policy on egress alone. */
export function ingressOf(spec: ApiNetworkPolicy): { pods: LabelSelector; ingress: IngressAllowance[] | null } {
  const isSilent = spec.policyTypes != null && !spec.policyTypes.includes('Ingress')
  return {
    pods: selectorOf(spec.podSelector),
    ingress: isSilent
      ? null
      : (spec.ingress ?? []).map((rule) => {
          const from = rule?.from ?? []
          const blocks = from.flatMap(({ ipBlock }) => (ipBlock == null ? [] : [blockOf(ipBlock)]))
          return {
            outsiders: from.length === 0 || blocks.length > 0,
            ...(blocks.length === 0 ? {} : { blocks }),
            ports: (rule?.ports ?? []).map(portOf),
          }
        }),
  }
}

function blockOf({ cidr, except }: { cidr?: Maybe<string>; except?: Maybe<string[]> }): AddressBlock {
  return { cidr: cidr ?? '', except: except ?? [] }
}

/** Source: Kubernetes, NetworkPolicyPort: without a protocol it is TCP, without a port it is every port of the protocol. */
function portOf({ port, endPort, protocol }: ApiPolicyPort): string {
  const which = port == null ? '1-65535' : endPort == null ? String(port) : `${port}-${endPort}`
  return protocol == null || protocol === 'TCP' ? which : `${which}/${protocol}`
}

/** One port of pods, by whatever leads there. */
export interface PolicedPort {
  number: number
  /** In any case. */
  protocol: string
}

/** Whom a policy keeps from a port. `some`: it lets blocks of addresses in, and whether clients are among them nobody knows. */
export interface Barrier {
  policy: NetworkPolicySnapshot
  keeps: 'all' | 'some'
}

/**
 * The policy that keeps clients from outside the cluster from this port of the pods; null when none does. Policies add
 * up: what one of them allows is allowed.
 *
 * @param sources the addresses with which clients come to the pods, each with all that may be near it
 *
 * Source: Kubernetes, "Network Policies".
 */
export function barrierTo(
  pod: { namespace: string; template: PodPlacement },
  port: PolicedPort,
  policies: Iterable<NetworkPolicySnapshot>,
  sources: readonly AddressRange[],
): Barrier | null {
  if (pod.template.hostNetwork) return null
  const over = [...policies].filter(
    ({ namespace, ingress, pods }) =>
      namespace === pod.namespace && ingress !== null && matchesLabels(pods, pod.template.labels),
  )
  const [policy] = over
  if (policy === undefined) return null
  const open = over.flatMap(({ ingress }) =>
    (ingress ?? []).filter(({ outsiders, ports }) => outsiders && leadsTo(ports, port, pod.template)),
  )
  const lets = open.map(({ blocks }) => (blocks === undefined ? 'all' : admitted(blocks, sources)))
  if (lets.includes('all')) return null
  return { policy, keeps: lets.includes('some') ? 'some' : 'all' }
}

/** Some policy says who may reach the pod, whatever it says. */
export function isSelected(
  { namespace, placement }: Pick<PodSnapshot, 'namespace' | 'placement'>,
  policies: Iterable<NetworkPolicySnapshot>,
): boolean {
  return [...policies].some(
    (one) => one.namespace === namespace && one.ingress !== null && matchesLabels(one.pods, placement.labels),
  )
}

const ranges = new WeakMap<AddressBlock, { range: AddressRange | null; holes: AddressRange[] }>()

/** Read once: a block may be compared for thousands of ports. */
function rangesOf(block: AddressBlock): { range: AddressRange | null; holes: AddressRange[] } {
  return ranges.getOrInsertComputed(block, ({ cidr, except }) => ({
    range: rangeOf(cidr),
    holes: except.flatMap((one) => rangeOf(one) ?? []),
  }))
}

/** How many of the sources are within the blocks. */
function admitted(blocks: readonly AddressBlock[], sources: readonly AddressRange[]): 'all' | 'some' | 'none' {
  const known = blocks.map(rangesOf)
  const takesAll = (source: AddressRange) =>
    known.some(
      ({ range, holes }) => range !== null && covers(range, source) && !holes.some((hole) => overlaps(hole, source)),
    )
  const takesNone = (source: AddressRange) =>
    known.every(
      ({ range, holes }) => range !== null && (!overlaps(range, source) || holes.some((hole) => covers(hole, source))),
    )
  if (sources.length === 0) return 'some'
  if (sources.every(takesAll)) return 'all'
  return sources.every(takesNone) ? 'none' : 'some'
}

/** Source: Kubernetes, NetworkPolicyPort: a name is looked up among the ports of the pod, by name and protocol. */
function leadsTo(ports: readonly string[], port: PolicedPort, { ports: declared }: PodPlacement): boolean {
  const protocol = port.protocol.toUpperCase()
  const isNamed = (name: string) =>
    declared.some((one) => one.name === name && one.protocol === protocol && one.containerPort === port.number)
  return (
    ports.length === 0 ||
    ports.some((text) => {
      const [which = '', of = 'TCP'] = text.split('/')
      return of === protocol && (isNamed(which) || isWithin(which, port.number))
    })
  )
}

function isWithin(text: string, port: number): boolean {
  const [first, last = first] = text.split('-').map(Number)
  return first !== undefined && last !== undefined && port >= first && port <= last
}
