import { citeEngine } from './cite.ts'
import { operands } from '../model/command-text.ts'
import { takesConnections } from './host-port-refused.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isRunning } from './context.ts'

/**
 * The node was created with this binding and the engine does not hold it any more, as happens after a restart of the
 * engine: nobody listens on the host port.
 *
 * Source: the engine's HostConfig.PortBindings against NetworkSettings.Ports.
 */
export const bindingsLost = defineRule({
  cause: 'bindings_lost',
  title: 'The container engine lost the port binding that the node was created with.',
  cure: 'Restart the node container; if the binding does not come back, recreate the cluster.',

  holds: (context) => !context.path.mapping.inForce && isRunning(context.path.container) && !takesConnections(context),

  mechanism: () => 'unpublished',

  provenByObjects: () => true,

  summary: ({ path, engine }) =>
    `${engine?.kind ?? 'The engine'} no longer has the port binding of ${path.container.name}, so no process listens on host port ${path.mapping.hostPort}.`,

  evidence: ({ path, at }) => [
    citeEngine(
      `${path.container.name} was created with ${path.mapping.hostPort} -> ${path.mapping.containerPort}/${path.mapping.protocol}`,
      at,
    ),
    citeEngine(`${path.container.name} has no such binding now`, at),
  ],

  remedies: (context) => [
    {
      text: `Restart ${context.path.container.name}`,
      cost: 'its pods stop, and the binding does not always come back',
      command: engineCommand(context, 'restart', ...operands(context.path.container.name)),
    },
    { text: 'If that does not help, recreate the cluster', cost: 'everything in the cluster is lost' },
  ],

  absence: ({ path }) =>
    path.mapping.inForce
      ? 'the engine has the port binding'
      : isRunning(path.container)
        ? 'a process accepts connections at the host port'
        : `${path.container.name} is not running`,
})
