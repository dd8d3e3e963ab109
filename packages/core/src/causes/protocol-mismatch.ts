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
  title:
    'The application expects something other than what the client sends: TLS, a PROXY header, or another protocol.',
  cure: 'Name its protocol in `appProtocol`, or in the annotation `portolan.dev/probe` on the Service. If no load balancer adds the PROXY header, turn the PROXY protocol off in the listener.',

  tcpOnly: true,

  holds: (context) =>
    !answeredAsItIs(context) &&
    ((isReworded(context) && isDarkEverywhere(context)) || (isWarm(context) && isMisunderstood(context))),

  mechanism: () => 'misread',

  isGuess: () => true,

  summary: (context) =>
    isReworded(context) && !failsTls(context)
      ? `${ownerOf(context.path)} answered until its probe settings changed: the application does not understand the new requests.`
      : failsTls(context)
        ? `${ownerOf(context.path)} accepts connections but fails the TLS handshake: it does not speak TLS here, or expects other TLS settings.`
        : `${ownerOf(context.path)} accepts connections at its pods' own node but ends them without a byte: it expects another protocol (TLS, a PROXY header).`,

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
    if (route.kind !== 'nodePort') return [{ text: 'Use the protocol that the application expects' }]
    const { namespace } = route.service
    return [
      {
        text: 'Name the protocol of the application: http, https, tls, tcp, postgres, mysql or redis',
        command: kubectl(
          context,
          namespace,
          'annotate',
          resourceName(route.service),
          '--overwrite',
          'portolan.dev/probe=https',
        ),
      },
      { text: 'If its listener expects the PROXY protocol, turn that off: nothing on the path adds the header' },
    ]
  },

  absence: (context) =>
    answeredAsItIs(context)
      ? 'the same pods answered before'
      : 'no pod accepted a connection and ended it without a byte',
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
