import type { Observation } from '../model/fact.ts'
import type { Inventory } from './inventory.ts'
import { keyOf, type NodeSnapshot } from '../model/snapshot.ts'
import type { ClusterEvent } from '../model/cluster-event.ts'

/** How engine and nodes look, as far as a fact may change that. */
export interface ClusterLook {
  /** Why it does not answer; null while it does. undefined: it never did. */
  engineLost: string | null | undefined
  nodes: ReadonlyMap<string, NodeSnapshot>
  /** The states of their containers. */
  containers: ReadonlyMap<string, string>
}

/** @returns null where the fact is about something else */
export function clusterLook(inventory: Inventory, observed: Observation): ClusterLook | null {
  const nothing = { engineLost: undefined, nodes: new Map(), containers: new Map() }
  switch (observed.kind) {
    case 'engine':
      return { ...nothing, engineLost: inventory.engine === null ? undefined : inventory.engineLost }
    case 'containers':
      return { ...nothing, containers: new Map(inventory.containers.map(({ name, state }) => [name, state])) }
    case 'object': {
      if (observed.object.kind !== 'Node') return null
      const key = keyOf(observed.object)
      const known = inventory.nodes.get(key)
      return known === undefined ? nothing : { ...nothing, nodes: new Map([[key, known]]) }
    }
    case 'listed':
      return observed.resource === 'nodes' ? { ...nothing, nodes: new Map(inventory.nodes) } : null
    default:
      return null
  }
}

export function clusterEventsBetween(before: ClusterLook, after: ClusterLook): ClusterEvent[] {
  return [...ofEngine(before.engineLost, after.engineLost), ...ofNodes(before, after), ...ofContainers(before, after)]
}

function ofEngine(before: ClusterLook['engineLost'], after: ClusterLook['engineLost']): ClusterEvent[] {
  if (before === undefined || after === undefined || (before === null) === (after === null)) return []
  return after === null
    ? [{ event: 'engine_back', node: null, text: 'the container engine answers again' }]
    : [{ event: 'engine_lost', node: null, text: `the container engine does not answer: ${after}` }]
}

function ofNodes(before: ClusterLook, after: ClusterLook): ClusterEvent[] {
  const events: ClusterEvent[] = []
  for (const [key, { name: node, uid, unschedulable, ready }] of after.nodes) {
    const known = before.nodes.get(key)
    if (known === undefined || known.uid !== uid) continue
    if (unschedulable && !known.unschedulable) {
      events.push({ event: 'node_cordoned', node, text: `${node} was cordoned: no new pod is scheduled there` })
    }
    if (!unschedulable && known.unschedulable) {
      events.push({
        event: 'node_uncordoned',
        node,
        text: `${node} was uncordoned: new pods may be scheduled there again`,
      })
    }
    const [was, is] = [known.ready?.status === 'True', ready?.status === 'True']
    const why = ready?.message ? `: ${ready.message}` : ''
    if (was && !is) events.push({ event: 'node_not_ready', node, text: `${node} is not ready any more${why}` })
    if (!was && is) events.push({ event: 'node_ready', node, text: `${node} is ready again` })
  }
  return events
}

function ofContainers(before: ClusterLook, after: ClusterLook): ClusterEvent[] {
  return [...after.containers].flatMap(([node, is]): ClusterEvent[] => {
    const was = before.containers.get(node)
    if (was === undefined || (was === 'running') === (is === 'running')) return []
    return is === 'running'
      ? [{ event: 'node_started', node, text: `${node} runs again` }]
      : [{ event: 'node_stopped', node, text: `${node} stopped (${is})` }]
  })
}
