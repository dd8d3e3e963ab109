import type { Node, Pod, PodSpec, Taint, Toleration } from '../objects.ts'
import { matchesLabels, setCondition } from '../objects.ts'
import { type ControlContext, recordEvent } from './context.ts'

/**
 * Puts each new pod on a random node among those that fit, apart from its siblings where that is possible. A pod that
 * fits nowhere stays Pending, with the reasons in its condition PodScheduled and in an event.
 */
export function schedulePods(context: ControlContext): void {
  const { store, clock, random } = context
  for (const pod of store.list('pods')) {
    if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) continue
    const { namespace = '', name } = pod.metadata
    const others = store.list('pods').filter((other) => other.spec.nodeName !== undefined)
    const verdicts = store.list('nodes').map((node) => ({ node, refusal: refusalOf(pod, node, others) }))
    const fitting = verdicts.filter((one) => one.refusal === null).map((one) => one.node)
    const node = leastUsed(pod, fitting, others, random)
    if (node === null) {
      const message = explain(verdicts.map((one) => one.refusal ?? ''))
      const changed = store.update('pods', namespace, name, (copy) => {
        const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const
        setCondition(copy.status.conditions, condition, clock.now())
      })
      if (changed !== pod) {
        recordEvent(context, pod, {
          type: 'Warning',
          reason: 'FailedScheduling',
          message,
          component: 'default-scheduler',
        })
      }
      continue
    }
    store.update('pods', namespace, name, (copy) => {
      copy.spec.nodeName = node.metadata.name
      setCondition(copy.status.conditions, { type: 'PodScheduled', status: 'True' }, clock.now())
    })
    const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`
    recordEvent(context, pod, { type: 'Normal', reason: 'Scheduled', message, component: 'default-scheduler' })
  }
}

/** Why the pod may not go on the node, in the scheduler's words; null when it may. */
export function refusalOf(pod: Pod, node: Node, others: Pod[]): string | null {
  const tolerations = pod.spec.tolerations ?? []
  const taint = taintsOf(node).find((one) => !tolerations.some((toleration) => tolerates(toleration, one)))
  if (taint !== undefined) {
    if (taint.key === 'node.kubernetes.io/unschedulable') return 'node(s) were unschedulable'
    return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
  }
  if (!matchesLabels(pod.spec.nodeSelector ?? {}, node.metadata.labels)) {
    return "node(s) didn't match Pod's node affinity/selector"
  }
  const wanted = hostPortsOf(pod.spec)
  const taken = others.filter((other) => other.spec.nodeName === node.metadata.name).flatMap((o) => hostPortsOf(o.spec))
  return wanted.some((port) => taken.includes(port))
    ? "node(s) didn't have free ports for the requested pod ports"
    : null
}

/** The ports that a pod takes of its node: host ports, and with the host's network every container port. */
export function hostPortsOf(spec: PodSpec): number[] {
  const ports = spec.containers.flatMap((container) => container.ports ?? [])
  return ports.flatMap((port) => port.hostPort ?? (spec.hostNetwork === true ? port.containerPort : []))
}

function taintsOf({ spec }: Node): Taint[] {
  const taints = (spec.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule')
  if (spec.unschedulable !== true) return taints
  return [...taints, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if (toleration.key === undefined || toleration.key === '') return toleration.operator === 'Exists'
  if (toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '')
}

function leastUsed(pod: Pod, nodes: Node[], others: Pod[], random: () => number): Node | null {
  const owner = pod.metadata.ownerReferences?.[0]?.uid
  const siblings = others.filter(
    (other) =>
      owner !== undefined &&
      other.metadata.ownerReferences?.[0]?.uid === owner &&
      other.metadata.deletionTimestamp === undefined,
  )
  const load = (node: Node) => siblings.filter((other) => other.spec.nodeName === node.metadata.name).length
  const least = Math.min(...nodes.map(load))
  const best = nodes.filter((node) => load(node) === least)
  return best[Math.floor(random() * best.length)] ?? null
}

function explain(refusals: string[]): string {
  const counts = new Map<string, number>()
  for (const refusal of refusals) counts.set(refusal, (counts.get(refusal) ?? 0) + 1)
  const reasons = [...counts].map(([refusal, count]) => `${count} ${refusal}`)
  return `0/${refusals.length} nodes are available: ${reasons.join(', ')}.`
}
