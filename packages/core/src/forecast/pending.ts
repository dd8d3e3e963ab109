import { podPending } from '../causes/pod-pending.ts'
import { count } from '../causes/words.ts'
import { neverFitsBecause } from '../cluster/scheduling.ts'
import { labelNode, pinTo } from '../remedies/edits.ts'
import { always, type Finding } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import { nodeOf, type Scene } from './scene.ts'

/** No node at all may hold the pods. A DaemonSet then has none, the others wait for ever. */
export function pendingGroups(scene: Scene, mapped: MappedPort, groups: readonly PodGroup[]): Finding | null {
  const [first] = groups
  if (first === undefined || groups.some((group) => scene.eligible(group).nodes.length > 0)) return null
  const node = nodeOf(scene, mapped.node)
  const label = node === null ? null : labelNode(first, node)
  const plain = { ...first.template, nodeSelector: {} }
  const remedies =
    node === null ? [] : label !== null ? [label] : neverFitsBecause(plain, node) === null ? [pinTo(first, node)] : []
  const { excluded } = scene.eligible(first)
  const here = excluded.get(mapped.node)?.because ?? [...excluded.values()][0]?.because
  const others = excluded.size > 1 ? `, and the other ${count(excluded.size - 1, 'node')} will not do either` : ''
  return always(podPending.cause, `No node may hold the pods of ${groupName(first)}: ${here}${others}.`, { remedies })
}
