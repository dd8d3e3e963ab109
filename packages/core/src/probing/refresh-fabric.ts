import type { Inventory } from '../cluster/inventory.ts'
import type { Observer } from '../model/plan.ts'
import { nodesToAsk, servicesToCheck, shareFabric } from './fabric.ts'
import { agentsOf, isAtItsNode } from './presence.ts'
import type { Probing } from './probing.ts'
import { createProbeHistory } from './probe-history.ts'

/** Agents, or what all of them look at, are not those that the shares were made for. */
export function hasFabricChanged(probing: Readonly<Probing>, inventory: Readonly<Inventory>): boolean {
  return fabricKey(probing, inventory) !== probing.fabric.key
}

/** @returns the observers whose share changed */
export function refreshFabric(probing: Probing, inventory: Readonly<Inventory>): Observer[] {
  const key = fabricKey(probing, inventory)
  if (key === probing.fabric.key) return []
  const before = probing.fabric.shares
  const shares = shareFabric(inventory, probing.nodeAddressAnswers, before)
  probing.fabric = { key, shares }
  const plans = new Set([...shares.values()].flatMap(({ assignment }) => assignment.plans.map(({ id }) => id)))
  const { fabricHistories } = probing
  for (const plan of fabricHistories.keys()) if (!plans.has(plan)) fabricHistories.delete(plan)
  for (const plan of plans) if (!fabricHistories.has(plan)) fabricHistories.set(plan, createProbeHistory())
  const observers = new Set([...before.keys(), ...shares.keys()])
  return [...observers].filter((one) => before.get(one) !== shares.get(one))
}

/** Everything that the fabric hangs on. */
function fabricKey({ nodeAddressAnswers }: Readonly<Probing>, inventory: Readonly<Inventory>): string {
  const agents = agentsOf(inventory)
  const { services } = inventory
  const nodes = nodeAddressAnswers
    ? [
        ...nodesToAsk(inventory).map(({ name, state, addresses }) => [name, state, addresses[0]]),
        ...servicesToCheck(inventory).map((one) => [one.namespace, one.name, one.healthCheckNodePort]),
      ]
    : []
  if (agents.length === 0) return JSON.stringify(nodes)
  return JSON.stringify([
    nodes,
    agents.map((agent) => [agent.node, agent.address, agent.echoPort, isAtItsNode(inventory, agent)]),
    ['Service/kube-system/kube-dns', 'Service/default/kubernetes'].map((name) => {
      const service = services.get(name)
      return service === undefined ? null : [service.clusterIP, service.ports]
    }),
  ])
}
