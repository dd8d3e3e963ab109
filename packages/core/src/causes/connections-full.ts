import { onNode } from '../remedies/commands.ts'
import { citeAbsence } from './cite.ts'
import { defineRule } from './rule.ts'

/**
 * The kernel drops the packets of a new connection that it cannot enter in its table. It is read in the node, by `--prove`.
 * The limit is the machine's, and each node container has a table of its own.
 *
 * Source: Linux, nf_conntrack_core.c ("nf_conntrack: table full, dropping packet") and nf_conntrack-sysctl.
 */
export const connectionsFull = defineRule({
  cause: 'connections_full',
  title:
    'The connection table (conntrack) of the mapped node is full: its kernel drops the packets of new connections.',
  cure: 'Stop the program that keeps so many connections open, or raise `net.netfilter.nf_conntrack_max` on the machine of the container engine: node containers share its limit. Portolan detects this only with `--prove`, which lets it read in the node.',

  holds: ({ rules }) => rules?.connections != null && rules.connections.count >= rules.connections.most,

  mechanism: () => 'drop',

  provenByRules: () => true,

  summary: ({ path, rules }) =>
    `The connection table of ${path.container.name} is full (${rules?.connections?.count} of ${rules?.connections?.most}): its kernel drops the packets of new connections.`,

  // The reading is cited beside it.
  evidence: ({ path, at }) => [citeAbsence(`${path.container.name} has no room for another connection`, at)],

  remedies: (context) => [
    {
      text: `Find the program that keeps the connections of ${context.path.container.name}`,
      ...onNode(context, 'conntrack', '-S'),
    },
    { text: 'Raise net.netfilter.nf_conntrack_max on the machine of the container engine' },
  ],

  absence: ({ path, rules }) =>
    rules?.connections == null
      ? 'the connection table of the mapped node was not read'
      : `the connection table of ${path.container.name} has room`,
})
