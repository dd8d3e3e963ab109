import { isReachable } from '../model/symptom.ts'
import { citeEngine } from './cite.ts'
import { letsOthersIn, nodesLetIn } from './inside.ts'
import { symptomFrom } from './own-node.ts'
import { operands } from '../model/command-text.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { listed } from './words.ts'

/**
 * The engine holds the binding and forwards what comes in from outside by its rules, but nobody listens on loopback: the
 * process that forwards from there (docker-proxy) is gone. With the userland proxy turned off loopback is forwarded by
 * rules as well and works. Podman run by root forwards by rules alone: its conmon only holds the host port, so that connections
 * are taken and never answered once somebody has flushed those rules.
 *
 * Source: Docker, "Packet filtering and firewalls", userland-proxy; podman-network-reload(1); seen on Podman 4.3.
 */
export const proxyDead = defineRule({
  cause: 'proxy_dead',
  title:
    "The engine's proxy process for the port is gone: connections to loopback are refused, while the host's LAN address or the node itself answers. With Podman: its forwarding rules are gone, and connections to the host port hang.",
  cure: 'Restart the node container, or the engine. Until then use the LAN address of the host. With Podman, `podman network reload` writes the rules again.',

  tcpOnly: true,

  // What an engine that does not answer said last of its bindings may be over.
  holds: (context) =>
    context.path.mapping.inForce &&
    context.engineLost === null &&
    (isRefusedOnLoopbackAlone(context) || areRulesFlushed(context)),

  mechanism: () => 'any',

  isGuess: () => true,

  summary: (context) => {
    const { path, engine } = context
    if (areRulesFlushed(context))
      return `Connections to 127.0.0.1:${path.mapping.hostPort} are accepted but not answered, while the port answers at the node's own address: podman's forwarding rules for it are gone.`
    const beside = isAnswered(context, 'host/lan')
      ? "at the host's LAN address"
      : isAnswered(context, 'host/node-address')
        ? "at the node's own address"
        : `to ${listed(nodesLetIn(context))}`
    return `Nothing listens on 127.0.0.1:${path.mapping.hostPort}, while the port answers ${beside}: ${engine?.kind ?? 'the engine'}'s proxy process for it is gone.`
  },

  evidence: ({ path, engine, at }) => [
    citeEngine(`${engine?.kind ?? 'the engine'} reports its port binding to ${path.container.name}`, at),
  ],

  remedies: (context) => [
    ...(areRulesFlushed(context)
      ? [
          {
            text: 'Let podman write its forwarding rules again',
            command: engineCommand(context, 'network', 'reload', ...operands(context.path.container.name)),
          },
        ]
      : []),
    {
      text: `Restart ${context.path.container.name}`,
      cost: 'its pods stop meanwhile',
      command: engineCommand(context, 'restart', ...operands(context.path.container.name)),
    },
    ...(isAnswered(context, 'host/lan')
      ? [{ text: "Or use the host's LAN address until the engine is restarted" }]
      : []),
  ],

  absence: (context) => {
    const loopback = symptomFrom(context, 'host/loopback4')
    if (context.engineLost !== null) return 'the engine does not answer: it may have lost the port binding'
    return loopback === 'refused'
      ? 'the port does not answer at another address either'
      : 'connections to loopback are not refused'
  },
})

/**
 * Where this host does not look at the node itself, as with a desktop engine, whose proxy serves the LAN address as well,
 * other nodes say whether the port answers.
 */
export function isRefusedOnLoopbackAlone(context: RuleContext): boolean {
  if (symptomFrom(context, 'host/loopback4') !== 'refused') return false
  const [lan, node] = [symptomFrom(context, 'host/lan'), symptomFrom(context, 'host/node-address')]
  const beside = lan ?? node
  if (beside !== null && isReachable(beside)) return isNewer(context)
  return node === null && (lan === null || lan === 'refused') && letsOthersIn(context)
}

/** By root's Podman, whose rules a firewall that is loaded again takes away. */
export function areRulesFlushed(context: RuleContext): boolean {
  const lan = symptomFrom(context, 'host/lan')
  return (
    context.engine?.kind === 'podman' &&
    !context.engine.desktop &&
    symptomFrom(context, 'host/loopback4') === 'silent' &&
    (lan === null || !isReachable(lan)) &&
    isAnswered(context, 'host/node-address') &&
    isNewer(context)
  )
}

function isAnswered(context: RuleContext, vantage: string): boolean {
  const symptom = symptomFrom(context, vantage)
  return symptom !== null && isReachable(symptom)
}

/** An answer beside loopback came after loopback began to fail. */
function isNewer({ deciding }: RuleContext): boolean {
  const loopback = deciding.find(({ point }) => point.vantage === 'host/loopback4')
  const since = loopback?.history.firstFailureAt ?? Number.POSITIVE_INFINITY
  return deciding.some((one) => one !== loopback && (one.history.lastOkAt ?? 0) >= since)
}
