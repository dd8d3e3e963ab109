import { operands } from '../model/command-text.ts'
import { policyCluster } from '../remedies/edits.ts'
import { engineCommand } from '../remedies/commands.ts'
import { needsLocalPod } from '../route/claim.ts'
import { servingNodes } from '../route/path.ts'
import { backendsSeen, backendText, badBackends, failedShare, usedBackends } from './backends.ts'
import { citeAbsence, citeEngine } from './cite.ts'
import { isRunning, type RuleContext } from './context.ts'
import { takeTurns } from './endpoint-bad.ts'
import { defineRule } from './rule.ts'
import { count, listed } from './words.ts'

/**
 * A balancer chooses a node for each connection: where some of its nodes lead nowhere, that share of the connections fails or
 * waits, wherever the pods are. Each of its nodes is probed at its own address, which shows the ones that do.
 *
 * Source: k3d, proxy/templates/nginx.tmpl; measured with nginx 1.22.
 */
export const balancerBackend = defineRule({
  cause: 'balancer_backend',
  title:
    'A balancer in front of the nodes (`serverlb` of k3d) leads to nodes that do not answer: some or all connections fail.',
  cure: 'Make the node that the verdict names answer: start it, or set `externalTrafficPolicy: Cluster` if it runs but has no pod. After a failed connection attempt nginx skips that node for 10 s and tries another one, so only some connections fail, or wait for up to 2 s. After `k3d node create` the balancer leads each port to the servers only, whatever node filter the port was published with: publish the port again, or recreate the cluster.',

  holds: (context) => context.path.balanced !== null && badBackends(context).length > 0,

  mechanism: () => 'any',

  isGuess: () => true,

  provenByAgents: () => true,

  summary: (context) => {
    const { container, balanced } = context.path
    const bad = badBackends(context)
    const all = usedBackends(context).length
    const names = listed(bad.map((one) => backendText(context, one)))
    if (bad.length === all) {
      const beside = servingNodes(context.path).filter((node) => !bad.some((one) => one.node === node))
      const other = beside.length === 0 ? '' : `; the pods are on ${listed(beside)}, to which it does not lead`
      return `${container.name} leads to ${names} only, so that every connection fails${other}.`
    }
    const share = failedShare(context)
    return [
      `${bad.length} of ${count(all, 'node')} behind ${container.name} ${bad.length === 1 ? 'does' : 'do'} not answer: ${names}.`,
      ...(share === null ? [] : [` ${share}.`]),
      ...(balanced?.program === 'nginx' ? [' nginx skips a node for 10 s after each failed connection attempt.'] : []),
    ].join('')
  },

  evidence: (context) => [
    ...backendsSeen(context).map((one) =>
      citeAbsence(`${context.path.container.name} leads to ${backendText(context, one)}`, context.at),
    ),
    ...badBackends(context).flatMap(({ node }) => {
      const container = context.containers.find(({ name }) => name === node)
      return container === undefined || isRunning(container)
        ? []
        : [citeEngine(`container ${node} is ${container.state}`, context.at)]
    }),
  ],

  remedies: (context) => {
    const { path, containers } = context
    const bad = badBackends(context)
    const stopped = containers.filter((one) => !isRunning(one) && bad.some(({ node }) => node === one.name))
    const isLocal = path.route.kind === 'nodePort' && needsLocalPod(path)
    return [
      ...stopped.map(({ name, state }) => ({
        text: state === 'paused' ? `Unpause ${name}` : `Start ${name}`,
        command: engineCommand(context, state === 'paused' ? 'unpause' : 'start', ...operands(name)),
      })),
      ...(isLocal && path.route.kind === 'nodePort' && stopped.length < bad.length
        ? [context.asCommand(policyCluster(path.route.service))]
        : []),
      { text: `Publish the port so that ${path.container.name} leads to ${listed(servingNodes(path))}` },
    ]
  },

  absence: (context) => absence(context),
})

function absence(context: RuleContext): string {
  if (context.path.container.role !== 'balancer') return 'no balancer is on the path'
  if (context.path.balanced === null) return 'the nodes behind the balancer are not known'
  return takeTurns(context) ? 'each node behind the balancer answers' : 'no node behind the balancer fails alone'
}
