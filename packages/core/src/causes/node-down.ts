import { type Evidence, NOTHING_TO_DO } from '../model/incident.ts'
import type { NodeContainer } from '../model/container.ts'
import { needsLocalPod } from '../route/claim.ts'
import { type Path, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { citeSilence } from './cite-inside.ts'
import { citeAbsence, citeEngine, citeObject } from './cite.ts'
import { operands } from '../model/command-text.ts'
import { engineCommand, kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isRunning, type RuleContext } from './context.ts'
import { listed, nodeOf } from './words.ts'

/** A node that has just started needs some seconds until its rules are back. Measured on kind: 5.9 s. */
const WAKING_MS = 60_000
/** So much may the engine's clock be ahead. */
const CLOCKS_MS = 2000
/** Who is answered so long after the start is answered by those rules. */
const UP_MS = 10_000

/**
 * A node container on the way is stopped or frozen: the one that the port is mapped to, or every one that holds an
 * endpoint. Kubernetes notices after 40 s and moves the pods 300 s later.
 *
 * Source: Kubernetes, "Node status" and default tolerations; measured on kind.
 */
export const nodeDown = defineRule({
  cause: 'node_down',
  title: 'A node on the path is stopped: the mapped node, or the nodes that run the pods.',
  cure: "Start the node container again. Kubernetes marks the node's pods as not ready only after about 40 s, and replaces them five minutes later.",

  holds: (context) => downNodes(context).length > 0,

  isGuess: (context) => isUnheard(context) || context.muteNodes.length > 0,

  mechanism: (context) => {
    const { container } = context.path
    if (container.state === 'paused' || isWaking(context)) return 'any'
    // The kernel takes connections for what is frozen, until its queue is full.
    if (downNodes(context).some(({ state }) => state === 'paused')) return 'hang'
    return isRunning(container) && !isMute(context, container) ? 'drop' : 'stopped'
  },

  provenByObjects: (context) => !isRunning(context.path.container),

  summary: (context) => {
    const { path } = context
    const down = downNodes(context)
    const names = listed(down.map((node) => node.name))
    if (isUnheard(context)) return `${nodeOf(path)} does not report to the cluster any more.`
    if (isWaking(context)) return `${nodeOf(path)} has just started and does not forward yet.`
    if (!isRunning(path.container) || isMute(context, path.container)) {
      return `${nodeOf(path)} is ${stateText(context, path.container)}.`
    }
    return `The pods behind the port are on ${names}, which is ${stateText(context, down[0] as NodeContainer)}.`
  },

  evidence: (context) => [
    ...downNodes(context).flatMap((node) => [...citeState(context, node), ...citeSilence(context, node.name)]),
    ...(context.path.node?.ready?.status !== 'True' && context.path.node?.ready
      ? [
          citeObject(
            context.path.node,
            `Ready is ${context.path.node.ready.status}: ${context.path.node.ready.message}`,
            context.path.node.ready.since,
          ),
        ]
      : []),
  ],

  remedies: (context) => {
    if (isWaking(context)) return [{ text: `${NOTHING_TO_DO}the node is coming up, which takes some seconds` }]
    const down = downNodes(context)
    if (isUnheard(context) || context.muteNodes.length > 0)
      return down.map(({ name }) => ({
        text: `Read the conditions of ${name}`,
        command: kubectl(context, null, 'describe', resourceName({ kind: 'Node', name })),
      }))
    return down.map((node) => ({
      text: node.state === 'paused' ? `Unpause ${node.name}` : `Start ${node.name}`,
      command: engineCommand(context, node.state === 'paused' ? 'unpause' : 'start', ...operands(node.name)),
    }))
  },

  absence: ({ path }) => `${path.container.name} and the nodes that hold the pods are running`,
})

/**
 * The cluster has not heard of the node that a client comes in at: its kubelet does not report. It may lead on all the same.
 *
 * Source: Kubernetes, "Nodes", "Conditions": Unknown where the node controller has not heard of the node for 40 s.
 */
function isUnheard({ path: { mapping, node, container } }: RuleContext): boolean {
  return mapping.entry !== 'hostPort' && isRunning(container) && node?.ready?.status === 'Unknown'
}

function downNodes(context: RuleContext): NodeContainer[] {
  const { path, containers } = context
  if (isUnheard(context)) return [path.container]
  if (!isRunning(path.container) || isMute(context, path.container) || isWaking(context)) return [path.container]
  const nodes = servingNodes(path)
  const holders = containers.filter((one) => nodes.includes(one.name))
  return holders.length > 0 &&
    holders.length === nodes.length &&
    holders.every((one) => !isRunning(one) || isMute(context, one))
    ? holders
    : []
}

/** No engine says how it is, and it answers this host at no port. */
function isMute({ muteNodes }: RuleContext, { name }: NodeContainer): boolean {
  return muteNodes.includes(name)
}

function citeState(context: RuleContext, node: NodeContainer): Evidence[] {
  if (isMute(context, node))
    return [citeAbsence(`kube-proxy of ${node.name} does not answer this host either`, context.at)]
  return isUnheard(context) ? [] : [citeEngine(`container ${node.name} is ${stateText(context, node)}`, context.at)]
}

/**
 * It was started a moment ago, and nothing was answered through it once its rules had time to come back, nor does its
 * kube-proxy say that they are back: what goes dark after that is something else. So is what its rules could not mend.
 * Without its binding it would answer nothing when it is up, either.
 */
export function isWaking({ path, at, exitCodes, starts, deciding, kubeProxy }: RuleContext): boolean {
  const { container, mapping } = path
  // By the engine's clock, unless ours was set back since: it was started no later than it was seen to be.
  const startedAt = Math.min(container.startedAt, starts.get(container.name) ?? container.startedAt)
  const age = at - startedAt
  const wasStarted = exitCodes.has(container.name) && age >= -CLOCKS_MS && age < WAKING_MS
  const isUp = (lastOkAt: number | null) => lastOkAt !== null && lastOkAt >= startedAt + UP_MS
  const hasForwarded = deciding.some(({ history }) => isUp(history.lastOkAt)) || isUp(kubeProxy?.lastOkAt ?? null)
  const isDarkAnyway = (age >= UP_MS && leadsNowhere(path)) || opensElsewhere(path)
  return mapping.inForce && isRunning(container) && wasStarted && !hasForwarded && !isDarkAnyway
}

/** Whatever the node does: nobody that it may lead to answers. */
function leadsNowhere(path: Path): boolean {
  return needsLocalPod(path) ? !servesOnMappedNode(path) : servingNodes(path).length === 0
}

/** A port of a pod's own, whose pods run on other nodes alone: the one that starts has nothing to open it with. */
function opensElsewhere(path: Path): boolean {
  const isOfPods = path.route.kind === 'hostPort' || path.route.kind === 'hostNetwork'
  const isHere = path.pods.some(({ node, deletedAt }) => node === path.container.name && deletedAt === 0)
  return isOfPods && !isHere && servingNodes(path).length > 0
}

function stateText(context: RuleContext, node: NodeContainer): string {
  if (isMute(context, node)) return 'not answering this host at any port: it is stopped, or the network to it is cut'
  const code = context.exitCodes.get(node.name)
  if (node.error !== undefined) return `stopped, and could not be started (${node.error})`
  if (node.state === 'exited') return code === undefined ? 'stopped' : `stopped (exit code ${code})`
  return node.state === 'created' ? 'created, but was never started' : node.state
}
