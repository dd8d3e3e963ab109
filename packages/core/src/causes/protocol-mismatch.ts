import { citeObject } from './cite.ts'
import { answeredAsItIs, atOwnNodes, isDarkEverywhere, isWarm } from './own-node.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { ownerOf } from './words.ts'

/**
 * The application takes the connection and ends it without a byte, or fails the TLS handshake: it expects something else
 * than what is said to it (TLS, a PROXY header, another protocol).
 */
export const protocolMismatch = defineRule({
  cause: 'protocol_mismatch',
  title: 'The application speaks something else than what is said to it: TLS, a PROXY header, another protocol.',
  cure: 'Say what it speaks by `appProtocol`, or by the annotation `portolan.dev/probe` on the Service; take the PROXY protocol off the listener where no load balancer adds the header.',

  tcpOnly: true,

  holds: (context) =>
    !answeredAsItIs(context) &&
    ((isReworded(context) && isDarkEverywhere(context)) || (isWarm(context) && isMisunderstood(context))),

  mechanism: () => 'misread',

  isGuess: () => true,

  summary: (context) =>
    isReworded(context) && !failsTls(context)
      ? `${ownerOf(context.path)} was answered until it was asked in other words: the application does not understand them.`
      : failsTls(context)
        ? `${ownerOf(context.path)} takes connections and fails the TLS handshake: it speaks no TLS here, or wants another one.`
        : `${ownerOf(context.path)} takes connections at its pods' own node and ends them without a byte: it expects another protocol (TLS, a PROXY header).`,

  evidence: ({ path, at }) =>
    path.route.kind !== 'nodePort'
      ? []
      : [
          citeObject(
            path.route.service,
            `port ${path.route.port.port} has ${path.route.port.appProtocol === '' ? 'no appProtocol' : `appProtocol ${path.route.port.appProtocol}`}`,
            at,
          ),
        ],

  remedies: (context) => {
    const { route } = context.path
    if (route.kind !== 'nodePort') return [{ text: 'Speak to the port what its application expects' }]
    const { namespace } = route.service
    return [
      {
        text: 'Say what the application speaks: http, https, tls, tcp, postgres, mysql or redis',
        command: kubectl(
          context,
          namespace,
          'annotate',
          resourceName(route.service),
          '--overwrite',
          'portolan.dev/probe=https',
        ),
      },
      { text: 'If its listener expects the PROXY protocol, turn that off: nothing on the way adds the header' },
    ]
  },

  absence: (context) =>
    answeredAsItIs(context) ? 'the same pods answered before' : 'no pod took a connection and ended it without a byte',
})

/** It was answered in other words a moment before, and in these never. */
export function isReworded({ rewordedAt, deciding }: RuleContext): boolean {
  return rewordedAt !== null && !deciding.some(({ history: { lastOkAt } }) => (lastOkAt ?? 0) >= rewordedAt)
}

export function failsTls({ deciding }: RuleContext): boolean {
  return deciding.some(({ history }) => history.last?.symptom === 'tls_error')
}

function isMisunderstood(context: RuleContext): boolean {
  if (!isDarkEverywhere(context)) return false
  if (failsTls(context)) return true
  const own = atOwnNodes(context)
  return own.length > 0 && own.every((symptom) => symptom === 'closed' || symptom === 'reset')
}
