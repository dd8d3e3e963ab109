import { operands } from '../model/command-text.ts'
import { engineCommand } from '../remedies/commands.ts'
import { citeAbsence } from './cite.ts'
import { isSettling } from './context.ts'
import { allAnswer, mappedNodeFromElsewhere, nodesLetIn } from './inside.ts'
import { defineRule, EXPLAINED } from './rule.ts'
import { listed, ownerOf } from './words.ts'

/**
 * Other nodes are answered at the very node and port that this host gets no answer from: the pods, the rules and the
 * paths inside the cluster are well. What differs is the way of the host to the node, or a rule against clients from
 * outside.
 *
 * Source: measured on kind, with the host's packets to one NodePort dropped on the mapped node.
 */
export const hostSide = defineRule({
  cause: 'host_side',
  title: 'The mapped node answers other nodes at this port, and not this host: what differs is on the way of the host.',
  cure: 'Look at the routes, the VPN and the firewall of the host, and at rules of the mapped node against clients from outside. It takes agents on the nodes to see it, and it is never proven: they come from other addresses.',

  holds: (context) => !isSettling(context) && allAnswer(mappedNodeFromElsewhere(context)),

  mechanism: () => 'any',

  isGuess: () => true,

  summary: (context) => {
    const { container, mapping } = context.path
    return `${container.name} answers ${listed(nodesLetIn(context))} at port ${mapping.containerPort} for ${ownerOf(context.path)}, and not this host: a route, a VPN or a firewall of the host is in the way, or a rule of ${container.name} against clients from outside.`
  },

  evidence: ({ path, at }) => [citeAbsence(`no vantage of this host gets an answer from ${path.container.name}`, at)],

  remedies: (context) => [
    {
      text: `Look for a rule on ${context.path.container.name} that drops or rejects what comes from outside`,
      command: engineCommand(context, 'exec', ...operands(context.path.container.name), 'iptables-save', '--counters'),
    },
    { text: "Look at the host's own routes, VPN and firewall" },
  ],

  absence: (context) => {
    const seen = mappedNodeFromElsewhere(context)
    if (seen.length === 0) return 'no agent on another node looks at the port of the mapped node'
    return allAnswer(seen) ? EXPLAINED : 'other nodes are not answered there either'
  },
})
