import type { Inventory } from '../cluster/inventory.ts'
import type { Observer } from '../model/plan.ts'
import { shareFabric } from './fabric.ts'
import { agentsOf, isAtItsNode } from './presence.ts'
import type { Probing } from './probing.ts'
import { createProbeHistory } from './probe-history.ts'

/** Agents, or what all of them look at, are not those that the shares were made for. */
export function hasFabricChanged({ fabric }: Readonly<Probing>, inventory: Readonly<Inventory>): boolean {
  return fabricKey(inventory) !== fabric.key
}

/** @returns the observers whose share changed */
export function refreshFabric(probing: Probing, inventory: Readonly<Inventory>): Observer[] {
  const key = fabricKey(inventory)
  if (key === probing.fabric.key) return []
  const before = probing.fabric.shares
  const shares = shareFabric(inventory, before)
  probing.fabric = { key, shares }
  const plans = new Set([...shares.values()].flatMap(({ assignment }) => assignment.plans.map(({ id }) => id)))
  const { fabricHistories } = probing
  for (const plan of fabricHistories.keys()) if (!plans.has(plan)) fabricHistories.delete(plan)
  for (const plan of plans) if (!fabricHistories.has(plan)) fabricHistories.set(plan, createProbeHistory())
  const nodes = new Set([...before.keys(), ...shares.keys()])
  return [...nodes].filter((node) => before.get(node) !== shares.get(node)).map((node): Observer => `node/${node}`)
}

/** Everything that the fabric hangs on. */
function fabricKey(inventory: Readonly<Inventory>): string {
  const agents = agentsOf(inventory)
  if (agents.length === 0) return ''
  const { services } = inventory
  return JSON.stringify([
    agents.map((agent) => [agent.node, agent.address, agent.echoPort, isAtItsNode(inventory, agent)]),
    ['Service/kube-system/kube-dns', 'Service/default/kubernetes'].map((name) => {
      const service = services.get(name)
      return service === undefined ? null : [service.clusterIP, service.ports]
    }),
  ])
}
