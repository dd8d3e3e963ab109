import { own } from '../model/own.ts'
import { matchesLabels, neverFitsBecause, taintText, tolerates } from './scheduling.ts'
import type { NodeSnapshot, PodRule } from '../model/snapshot.ts'
import { neverRunsBecause, type Volumes } from './volumes.ts'
import { hostPortsOf } from './host-ports.ts'
import { type PodGroup } from './pod-group.ts'

/** Where the pods of a group may land now, and why not on the others. */
export interface Eligibility {
  nodes: NodeSnapshot[]
  excluded: Map<string, Exclusion>
}

export interface Exclusion {
  because: string
  /** False: it passes by itself (a cordon, a node that is not ready). */
  lasts: boolean
}

export function eligibleNodes(
  group: PodGroup,
  groups: readonly PodGroup[],
  nodes: readonly NodeSnapshot[],
  volumes: Volumes,
): Eligibility {
  const excluded = new Map<string, Exclusion>()
  for (const node of nodes) {
    const exclusion = exclusionOf(group, groups, node, nodes, volumes)
    if (exclusion !== null) excluded.set(node.name, exclusion)
  }
  return { nodes: nodes.filter((node) => !excluded.has(node.name)), excluded }
}

function exclusionOf(
  group: PodGroup,
  groups: readonly PodGroup[],
  node: NodeSnapshot,
  nodes: readonly NodeSnapshot[],
  volumes: Volumes,
): Exclusion | null {
  const never =
    neverRunsBecause(volumes, group, node) ??
    portTakenBecause(group, groups, node) ??
    ruleBecause(group, groups, node, nodes)
  if (never !== null) return { because: never, lasts: true }
  const passing = passesBecause(group, node)
  return passing === null ? null : { because: passing, lasts: false }
}

/** Source: Kubernetes, "DaemonSet": its pods tolerate what is set for a node's condition, and a cordon. */
function passesBecause({ kind, template }: PodGroup, node: NodeSnapshot): string | null {
  if (kind === 'DaemonSet') return null
  if (node.unschedulable) return `${node.name} is cordoned`
  const taint = node.taints.find(
    (one) =>
      one.effect !== 'PreferNoSchedule' &&
      one.key.startsWith('node.kubernetes.io/') &&
      !template.tolerations.some((toleration) => tolerates(toleration, one)),
  )
  return taint === undefined ? null : `${node.name} has the taint ${taintText(taint)} now`
}

/** A DaemonSet's pod that is there already holds its host ports. */
function portTakenBecause(group: PodGroup, groups: readonly PodGroup[], node: NodeSnapshot): string | null {
  if (group.kind === 'DaemonSet') return null
  const wanted = hostPortsOf(group.template)
  for (const other of wanted.length === 0 ? [] : groups) {
    if (other.kind !== 'DaemonSet' || neverFitsBecause(other.template, node) !== null) continue
    const clash = hostPortsOf(other.template).find((held) =>
      wanted.some(
        (one) => one.port === held.port && one.protocol === held.protocol && overlap(one.hostIP, held.hostIP),
      ),
    )
    if (clash !== undefined)
      return `DaemonSet ${other.namespace}/${other.name} holds port ${clash.port} of ${node.name}`
  }
  return null
}

function overlap(a: string, b: string): boolean {
  const isAny = (address: string) => address === '' || address === '0.0.0.0' || address === '::'
  return a === b || isAny(a) || isAny(b)
}

/** Rules on other pods; those on the group's own pods are for `darkness.ts`. */
function ruleBecause(
  group: PodGroup,
  groups: readonly PodGroup[],
  node: NodeSnapshot,
  nodes: readonly NodeSnapshot[],
): string | null {
  for (const rule of group.template.podRules ?? []) {
    const here = own(node.labels, rule.topologyKey)
    if (here === undefined && rule.kind !== 'apart') {
      return `${node.name} has no label ${rule.topologyKey}, which the pods' ${ruleName(rule)} asks for`
    }
    const others = groups.filter((other) => other !== group && concerns(rule, group, other))
    const shares = (other: PodGroup) =>
      nodes.some((one) => own(one.labels, rule.topologyKey) === here && neverFitsBecause(other.template, one) === null)
    if (rule.kind === 'together' && !concerns(rule, group, group) && others.length > 0 && !others.some(shares)) {
      return `no pod that the pods' required affinity asks for can be at ${node.name}`
    }
    const avoided = others.find((other) => other.kind === 'DaemonSet' && here !== undefined && shares(other))
    if (rule.kind === 'apart' && avoided !== undefined) {
      return `the pods' required anti-affinity keeps them from ${node.name}, which holds DaemonSet ${avoided.name}`
    }
  }
  return null
}

/** Whether the rule of `group` looks at the pods of `other`. */
export function concerns(rule: PodRule, group: PodGroup, other: PodGroup): boolean {
  const namespaces = rule.namespaces?.length === 0 ? [group.namespace] : rule.namespaces
  return (namespaces?.includes(other.namespace) ?? true) && matchesLabels(rule.selector, other.template.labels)
}

function ruleName(rule: PodRule): string {
  return rule.kind === 'spread' ? 'topology spread' : 'required affinity'
}
