import { selectorOf } from './pod-rules.ts'
import { matchesLabels } from './scheduling.ts'
import type {
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
      from?: Maybe<{ ipBlock?: unknown }[]>
      ports?: Maybe<{ port?: Maybe<string | number>; endPort?: Maybe<number> }[]>
    }>[]
  >
}

/** Its ingress half; `ingress` is null for a policy on egress alone. */
export function ingressOf(spec: ApiNetworkPolicy): { pods: LabelSelector; ingress: IngressAllowance[] | null } {
  const isSilent = spec.policyTypes != null && !spec.policyTypes.includes('Ingress')
  return {
    pods: selectorOf(spec.podSelector),
    ingress: isSilent
      ? null
      : (spec.ingress ?? []).map((rule) => ({
          outsiders: !rule?.from || rule.from.length === 0 || rule.from.some(({ ipBlock }) => Boolean(ipBlock)),
          ports: portsOf(rule?.ports ?? []),
        })),
  }
}

/** One that names no port lets in to every port. */
function portsOf(ports: { port?: Maybe<string | number>; endPort?: Maybe<number> }[]): string[] {
  if (ports.some(({ port }) => port == null)) return []
  return ports.map(({ port, endPort }) => (endPort == null ? String(port) : `${port}-${endPort}`))
}

/**
 * The policy that keeps clients from outside the cluster from this port of the pods; null when none does. Policies add
 * up: what one of them allows is allowed. An ipBlock may allow the client, so that is not held against it.
 *
 * Source: Kubernetes, "Network Policies".
 */
export function policyAgainst(
  pod: { namespace: string; template: PodPlacement },
  port: number,
  policies: Iterable<NetworkPolicySnapshot>,
): NetworkPolicySnapshot | null {
  if (pod.template.hostNetwork) return null
  let against: NetworkPolicySnapshot | null = null
  const name = pod.template.ports.find((one) => one.containerPort === port)?.name
  for (const policy of policies) {
    if (policy.namespace !== pod.namespace || policy.ingress === null) continue
    if (!matchesLabels(policy.pods, pod.template.labels)) continue
    if (policy.ingress.some(({ outsiders, ports }) => outsiders && names(ports, port, name))) return null
    against ??= policy
  }
  return against
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

function names(ports: readonly string[], port: number, name: string | undefined): boolean {
  return ports.length === 0 || ports.some((one) => one === name || isWithin(one, port))
}

function isWithin(text: string, port: number): boolean {
  const [first, last = first] = text.split('-').map(Number)
  return first !== undefined && last !== undefined && port >= first && port <= last
}
