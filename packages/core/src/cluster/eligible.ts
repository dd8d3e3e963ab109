import { own } from '../model/own.ts'
import { matchesLabels, neverFitsBecause, taintText, tolerates } from './scheduling.ts'
import type { NodeSnapshot, PodRule } from '../model/snapshot.ts'
import { neverRunsBecause, type Volumes } from './volumes.ts'
import { hostPortsOf, sharedHostPort } from './host-ports.ts'
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
  /** Only the pods of a DaemonSet keep it away, if they come first. */
  isContested: boolean
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
  const never = neverRunsBecause(volumes, group, node) ?? ruleBecause(group, groups, node, nodes)
  if (never !== null) return { because: never, lasts: true, isContested: false }
  const taken = portTakenBecause(group, groups, node)
  if (taken !== null) return { because: taken, lasts: true, isContested: true }
  const passing = passesBecause(group, node)
  return passing === null ? null : { because: passing, lasts: false, isContested: false }
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

/** A DaemonSet's pod that was there first holds its host ports. */
function portTakenBecause(group: PodGroup, groups: readonly PodGroup[], node: NodeSnapshot): string | null {
  if (group.kind === 'DaemonSet') return null
  const takes = hostPortsOf(group.template).length > 0
  for (const other of takes ? groups : []) {
    if (other.kind !== 'DaemonSet' || neverFitsBecause(other.template, node) !== null) continue
    const port = sharedHostPort(group.template, other.template)
    if (port !== null) return `DaemonSet ${other.namespace}/${other.name} holds port ${port} of ${node.name}`
  }
  return null
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
