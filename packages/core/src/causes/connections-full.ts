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
  title: "The mapped node's table of connections is full: its kernel drops the packets of new ones.",
  cure: 'End what holds so many connections, or raise `net.netfilter.nf_conntrack_max` on the machine of the container engine: nodes that are containers share its limit. Portolan sees it only where it may read in the node (`--prove`).',

  holds: ({ rules }) => rules?.connections != null && rules.connections.count >= rules.connections.most,

  mechanism: () => 'drop',

  provenByRules: () => true,

  summary: ({ path, rules }) =>
    `The table of connections of ${path.container.name} is full (${rules?.connections?.count} of ${rules?.connections?.most}): its kernel drops the packets of new ones.`,

  // The reading is cited beside it.
  evidence: ({ path, at }) => [citeAbsence(`${path.container.name} has no room for another connection`, at)],

  remedies: (context) => [
    {
      text: `Look for who holds the connections of ${context.path.container.name}`,
      ...onNode(context, 'conntrack', '-S'),
    },
    { text: 'Raise net.netfilter.nf_conntrack_max on the machine of the container engine' },
  ],

  absence: ({ path, rules }) =>
    rules?.connections == null
      ? `the table of connections of ${path.container.name} was not read`
      : `the table of connections of ${path.container.name} has room`,
})
