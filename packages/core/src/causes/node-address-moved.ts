import type { NodeContainer } from '../model/container.ts'
import { servingNodes } from '../route/path.ts'
import { keyOf, type NodeSnapshot } from '../model/snapshot.ts'
import { citeEngine, citeObject } from './cite.ts'
import { operands } from '../model/command-text.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isRunning, type RuleContext } from './context.ts'
import { listed } from './words.ts'

/**
 * A node container got another address when it was started again, and the cluster still knows the old one. Said only where
 * that shows: the Node is not ready, or another node has its old address.
 *
 * Source: kind, "Known Issues": node addresses are not kept across restarts of the engine.
 */
export const nodeAddressMoved = defineRule({
  cause: 'node_address_moved',
  title: 'A node on the path got another address at a restart, but the cluster still knows its old one.',
  cure: 'Restart the node containers in the order in which they were created, the control plane first, so that each gets its address back; if that does not help, recreate the cluster.',

  holds: (context) => movedNodes(context).length > 0,

  mechanism: () => 'any',

  isGuess: () => true,

  summary: (context) =>
    `${listed(movedNodes(context).map(({ container, node }) => `${container.name} has the address ${container.addresses[0]} now, but the cluster knows it by ${node.addresses[0]}`))}.`,

  evidence: (context) =>
    movedNodes(context).flatMap(({ container, node }) => [
      citeEngine(`${container.name} has ${listed(container.addresses)}`, context.at),
      citeObject(
        node,
        `InternalIP is ${listed(node.addresses)}${node.ready?.status === 'True' ? '' : ', not Ready'}`,
        context.at,
      ),
    ]),

  remedies: (context) => [
    {
      text: 'Restart the nodes, the control plane first',
      cost: 'their pods stop meanwhile, and the addresses may not come back',
      command: engineCommand(context, 'restart', ...operands(...inOrder(context.containers))),
    },
    { text: 'If that does not help, recreate the cluster', cost: 'everything in the cluster is lost' },
  ],

  absence: () => 'the nodes on the path have the addresses that the cluster has on record, or answer',
})

export function movedNodes({
  path,
  containers,
  nodes,
  blind,
}: RuleContext): { container: NodeContainer; node: NodeSnapshot }[] {
  if (blind !== null) return []
  const names = new Set([path.container.name, ...servingNodes(path)])
  const onTheWay = containers.filter((container) => names.has(container.name) && isRunning(container))
  return onTheWay.flatMap((container) => {
    const node = nodes.get(keyOf({ kind: 'Node', namespace: '', name: container.name }))
    if (node === undefined) return []
    const isApart = container.addresses.length > 0 && node.addresses.length > 0
    if (!isApart || node.addresses.some((address) => container.addresses.includes(address))) return []
    const isHeld = containers.some(
      (one) => one !== container && one.addresses.some((address) => node.addresses.includes(address)),
    )
    return isHeld || node.ready?.status !== 'True' ? [{ container, node }] : []
  })
}

function inOrder(containers: readonly NodeContainer[]): string[] {
  const first = containers.filter(({ role }) => role === 'control-plane')
  return [...first, ...containers.filter(({ role }) => role !== 'control-plane')].map(({ name }) => name)
}
