import { podPending } from '../causes/pod-pending.ts'
import { count } from '../causes/words.ts'
import { wouldRunPinned } from '../cluster/volumes.ts'
import type { NodeSnapshot } from '../model/snapshot.ts'
import type { EditRemedy } from '../model/verdict.ts'
import { HOSTNAME, labelNode, pinTo } from '../remedies/edits.ts'
import { always, type Finding, may } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import { nodeOf, type Scene } from './scene.ts'

/** No node at all may hold the pods. A DaemonSet then has none, the others wait for ever. */
export function pendingGroups(scene: Scene, mapped: MappedPort, groups: readonly PodGroup[]): Finding | null {
  const [group] = groups
  if (group === undefined || groups.some((one) => scene.eligible(one).nodes.length > 0)) return null
  const [first = mapped.node] = mapped.nodes
  const node = nodeOf(scene, first)
  const remedies = node === null ? [] : remediesAt(scene, group, node)
  const { excluded } = scene.eligible(group)
  const here = excluded.get(node?.name ?? '')?.because ?? [...excluded.values()][0]?.because
  const others = excluded.size > 1 ? `, and the other ${count(excluded.size - 1, 'node')} will not do either` : ''
  if (groups.some((group) => [...scene.eligible(group).excluded.values()].some((one) => one.isContested))) {
    return may(podPending.cause, `No node may hold the pods of ${groupName(group)} while ${here}.`)
  }
  return always(podPending.cause, `No node may hold the pods of ${groupName(group)}: ${here}${others}.`, { remedies })
}

/** What lets the pods onto the mapped node; none where more keeps them away than an edit can change. */
function remediesAt({ volumes }: Scene, group: PodGroup, node: NodeSnapshot): EditRemedy[] {
  const wouldRun = (nodeSelector: Record<string, string>) =>
    wouldRunPinned(volumes, { ...group, template: { ...group.template, nodeSelector } }, node)
  const label = labelNode(group, node)
  if (label !== null) return wouldRun({}) ? [label] : []
  const { [HOSTNAME]: _, ...others } = group.template.nodeSelector
  return wouldRun(others) ? [pinTo(group, node)] : []
}
