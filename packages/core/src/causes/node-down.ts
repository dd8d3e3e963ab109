import type { NodeContainer } from '../model/container.ts'
import { servingNodes } from '../route/path.ts'
import { citeSilence } from './cite-agents.ts'
import { citeEngine, citeObject } from './cite.ts'
import { operands } from '../model/command-text.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isRunning, type Situation } from './situation.ts'
import { listed } from './words.ts'

/** A node that has just started needs some seconds until its rules are back. Measured on kind: 5.9 s. */
const WAKING_MS = 60_000

/**
 * A node container on the way is stopped or frozen: the one that the port is mapped to, or every one that holds an
 * endpoint. Kubernetes notices after 40 s and moves the pods 300 s later.
 *
 * Source: Kubernetes, "Node status" and default tolerations; measured on kind.
 */
export const nodeDown = defineRule({
  cause: 'node_down',
  title: 'A node on the way is stopped: the one that the port is mapped to, or those that hold the pods.',
  cure: 'Start the node container again. Kubernetes marks its pods as gone only after about 40 s and moves them after five minutes more.',

  holds: (situation) => downNodes(situation).length > 0,

  mechanism: (situation) => {
    const { container } = situation.path
    if (container.state === 'paused' || isWaking(situation)) return 'any'
    return isRunning(container) ? 'drop' : 'stopped'
  },

  provenByObjects: (situation) => !isRunning(situation.path.container),

  summary: (situation) => {
    const { path } = situation
    const down = downNodes(situation)
    const names = listed(down.map((node) => node.name))
    if (isWaking(situation))
      return `${path.container.name}, which the port is mapped to, has just started and does not forward yet.`
    if (!isRunning(path.container)) {
      return `${path.container.name}, which the port is mapped to, is ${stateText(situation, path.container)}.`
    }
    return `The pods behind the port are on ${names}, which is ${stateText(situation, down[0] as NodeContainer)}.`
  },

  evidence: (situation) => [
    ...downNodes(situation).flatMap((node) => [
      citeEngine(`container ${node.name} is ${stateText(situation, node)}`, situation.at),
      ...citeSilence(situation, node.name),
    ]),
    ...(situation.path.node?.ready?.status !== 'True' && situation.path.node?.ready
      ? [
          citeObject(
            situation.path.node,
            `Ready is ${situation.path.node.ready.status}: ${situation.path.node.ready.message}`,
            situation.path.node.ready.since,
          ),
        ]
      : []),
  ],

  remedies: (situation) => {
    if (isWaking(situation)) return [{ text: 'Wait some seconds: the node is coming up' }]
    return downNodes(situation).map((node) => ({
      text: node.state === 'paused' ? `Let ${node.name} go on` : `Start ${node.name}`,
      command: engineCommand(situation, node.state === 'paused' ? 'unpause' : 'start', ...operands(node.name)),
    }))
  },

  absence: ({ path }) => `${path.container.name} and the nodes that hold the pods are running`,
})

function downNodes(situation: Situation): NodeContainer[] {
  const { path, containers } = situation
  if (!isRunning(path.container) || isWaking(situation)) return [path.container]
  const nodes = servingNodes(path)
  const holders = containers.filter((one) => nodes.includes(one.name))
  return holders.length > 0 && holders.length === nodes.length && holders.every((one) => !isRunning(one)) ? holders : []
}

/** Without its binding it would answer nothing when it is up, either. */
export function isWaking({ path, at, exitCodes }: Situation): boolean {
  const { container, mapping } = path
  return (
    mapping.inForce && isRunning(container) && exitCodes.has(container.name) && at - container.startedAt < WAKING_MS
  )
}

function stateText({ exitCodes }: Situation, node: NodeContainer): string {
  const code = exitCodes.get(node.name)
  if (node.error !== undefined) return `stopped, and could not be started (${node.error})`
  if (node.state === 'exited') return code === undefined ? 'stopped' : `stopped (exit code ${code})`
  return node.state === 'paused' ? 'paused' : node.state
}
