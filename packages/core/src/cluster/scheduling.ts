import { own } from '../model/own.ts'
import type {
  LabelSelector,
  NodeSelectorTerm,
  NodeSnapshot,
  PodPlacement,
  Taint,
  Toleration,
} from '../model/snapshot.ts'

/**
 * Why the scheduler would never put such a pod on this node; null when it may. Only what lasts counts: a cordon, and
 * the taints that Kubernetes sets for a node's condition (`node.kubernetes.io/...`), pass by themselves.
 *
 * Source: Kubernetes, "Taints and Tolerations" and "Assigning Pods to Nodes".
 */
export function neverFitsBecause(pod: PodPlacement, node: NodeSnapshot): string | null {
  const taint = lastingTaints(node).find((one) => !pod.tolerations.some((toleration) => tolerates(toleration, one)))
  if (taint !== undefined) return `${node.name} has the taint ${taintText(taint)}, which the pods do not tolerate`
  for (const [key, value] of Object.entries(pod.nodeSelector)) {
    if (node.labels[key] !== value)
      return `the pods' nodeSelector asks for ${key}=${value}, which ${node.name} does not have`
  }
  if (pod.requiredNodeTerms.length > 0 && !pod.requiredNodeTerms.some((term) => matchesTerm(term, node))) {
    return `the pods' required node affinity does not match ${node.name}`
  }
  return null
}

/** Taints that keep pods away and do not come and go with the node's condition. */
export function lastingTaints(node: Pick<NodeSnapshot, 'taints'>): Taint[] {
  return node.taints.filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !taint.key.startsWith('node.kubernetes.io/'),
  )
}

export function taintText(taint: Taint): string {
  return `${taint.key}${taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}`
}

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if (toleration.key === '') return toleration.operator === 'Exists'
  return toleration.key === taint.key && (toleration.operator === 'Exists' || toleration.value === taint.value)
}

export function matchesLabels(selector: LabelSelector, labels: Record<string, string>): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    selector.matchExpressions.every((one) => matchesExpression(one.operator, one.values, own(labels, one.key)))
  )
}

/** All of a term matches the node. */
export function matchesTerm(term: NodeSelectorTerm, node: NodeSnapshot): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false
  return (
    term.matchExpressions.every((one) => matchesExpression(one.operator, one.values, own(node.labels, one.key))) &&
    term.matchFields.every(
      (one) => one.key === 'metadata.name' && matchesExpression(one.operator, one.values, node.name),
    )
  )
}

function matchesExpression(operator: string, values: string[], actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual)
    case 'NotIn':
      return actual === undefined || !values.includes(actual)
    case 'Exists':
      return actual !== undefined
    case 'DoesNotExist':
      return actual === undefined
    case 'Gt':
      return actual !== undefined && Number(actual) > Number(values[0])
    case 'Lt':
      return actual !== undefined && Number(actual) < Number(values[0])
    default:
      return false
  }
}
