import type { NodeContainer } from '../model/container.ts'
import type { Mapping } from '../route/mapping.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { isStraight } from './mechanisms.ts'
import { citeEngine, citeProbes } from './cite.ts'
import { symptomFrom } from './own-node.ts'
import { commandText, operands } from '../model/command-text.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isRunning, type RuleContext } from './context.ts'

/**
 * Another process or container holds the host port, so the engine could not bind it: by the engine's own words, or since
 * somebody takes connections there although the engine holds no binding.
 *
 * Source: Docker and Podman, the container's State.Error.
 */
export const portTaken = defineRule({
  cause: 'port_taken',
  title: 'Another process or container holds the host port, so the engine could not bind it for the node.',
  cure: 'Stop the program that uses the port, and start the node container again; or map another host port and recreate the cluster. Until then any answer at the port comes from that other program.',

  holds: (context) => isTaken(context.path.mapping) || isSomebodyElse(context),

  mechanism: () => 'any',

  provenByObjects: ({ path }) => isTaken(path.mapping),

  isGuess: ({ path }) => !isTaken(path.mapping),

  summary: ({ path, engine }) =>
    isTaken(path.mapping)
      ? `${engine?.kind ?? 'The engine'} could not start ${path.container.name}: host port ${path.mapping.hostPort} is in use by another program.`
      : `${engine?.kind ?? 'The engine'} has no binding of host port ${path.mapping.hostPort} for ${path.container.name}, and another program accepts connections there.`,

  evidence: (context) => [...citeError(context), ...(isTaken(context.path.mapping) ? [] : citeProbes(context))],

  remedies: (context) => {
    const { mapping, container } = context.path
    const sockets = mapping.protocol === 'udp' ? '-lunp' : '-ltnp'
    return [
      {
        text: `Find the program that uses host port ${mapping.hostPort}`,
        command: commandText(['ss', sockets, `sport = :${mapping.hostPort}`]),
      },
      {
        text: `Stop it, then start ${container.name}`,
        command: engineCommand(context, isRunning(container) ? 'restart' : 'start', ...operands(container.name)),
      },
    ]
  },

  absence: ({ path }) =>
    path.mapping.inForce ? 'the engine has the port binding' : 'no process accepts connections at the host port',
})

/**
 * The engine may not bind the port: below 1024 without the right to, or reserved by the system.
 *
 * Source: Docker, "Rootless mode"; the error texts of Linux, of rootlesskit and of Windows.
 */
export const portForbidden = defineRule({
  cause: 'port_forbidden',
  title:
    'The engine is not allowed to bind the host port: the port is below 1024 and the engine runs without that privilege, or the system reserves the port.',
  cure: 'Map another host port and recreate the cluster; or, for a rootless engine, lower `net.ipv4.ip_unprivileged_port_start`.',

  holds: ({ path }) => says(path.mapping, FORBIDDEN),

  mechanism: () => 'any',

  provenByObjects: () => true,

  summary: ({ path, engine }) =>
    `${engine?.kind ?? 'The engine'} is not allowed to bind host port ${path.mapping.hostPort}, so it could not start ${path.container.name}.`,

  evidence: citeError,

  remedies: ({ path }) => [
    ...(path.mapping.hostPort < 1024
      ? [
          {
            text: 'Let every user bind low ports',
            command: commandText(['sudo', 'sysctl', `net.ipv4.ip_unprivileged_port_start=${path.mapping.hostPort}`]),
          },
        ]
      : []),
    { text: 'Or map another host port, and recreate the cluster', cost: 'everything in the cluster is lost' },
  ],

  absence: () => 'the engine reports no missing privilege for the port',
})

const TAKEN = /already allocated|address already in use|only one usage of each socket address/i
const FORBIDDEN = /permission denied|cannot expose privileged port|forbidden by its access permissions/i

function isTaken(mapping: Mapping): boolean {
  return says(mapping, TAKEN)
}

/** The engine's words of the last start, where they are of this host port. */
function says(
  { container, hostPort, inForce }: Pick<Mapping, 'hostPort' | 'inForce'> & { container: NodeContainer },
  words: RegExp,
): boolean {
  const { error } = container
  if (inForce || error === undefined || isRunning(container)) return false
  return words.test(error) && new RegExp(`(?:port |:)${hostPort}(?![\\d/])`).test(error)
}

/** The engine's word that it holds the binding again may come so long after the first connection that it takes. */
const WORD_MS = 1000

/** The engine knows of nobody who listens there, and yet somebody takes connections, for longer than its word takes to come. */
function isSomebodyElse(context: RuleContext): boolean {
  const { mapping, container } = context.path
  if (mapping.inForce || !isRunning(container) || mapping.protocol === 'udp' || context.engineLost !== null)
    return false
  return takenSince(context).some((since) => context.at - since >= WORD_MS)
}

/** Somebody takes connections at the host port, be it that they lead nowhere. */
export function takesConnections(context: RuleContext): boolean {
  return takenSince(context).length > 0
}

/** Since when connections are taken at each vantage that looks at the host port. */
function takenSince(context: RuleContext): number[] {
  return context.deciding.flatMap(({ point: { vantage }, history: { lastsSince } }) => {
    const symptom = symptomFrom(context, vantage)
    const isTaking = symptom !== null && (isReachable(symptom) || TAKING.includes(symptom))
    return !isStraight(vantage) && isTaking ? [lastsSince ?? context.at] : []
  })
}

const TAKING: readonly Symptom[] = ['closed', 'reset', 'silent', 'tls_error']

function citeError({ path, at }: RuleContext) {
  const { error, name } = path.container
  return error === undefined ? [] : [citeEngine(`${name} could not be started: ${error}`, at)]
}
