import type { EngineInfo } from '../model/container.ts'
import type { Symptom } from '../model/symptom.ts'

/**
 * What the kernel on the way does with the packets of a dark port:
 * `drop` swallows them, `reset` answers with a TCP reset since nothing listens, `reject` is kube-proxy's REJECT rule of
 * a Service without endpoints, `stopped` is a node whose container does not run, `unpublished` a binding that the
 * engine does not hold; `hang` is an application that takes connections, or lets its queue fill up, `misread` one that
 * ends what it does not understand, or waits for more of it; `stall` loses the large packets alone; `astray` leads to
 * where nobody is, or to somebody else.
 */
export type Mechanism =
  | 'drop'
  | 'reset'
  | 'reject'
  | 'stopped'
  | 'unpublished'
  | 'hang'
  | 'misread'
  | 'stall'
  | 'astray'

type Place = 'loopback' | 'lan' | 'node-address'

const LOST: readonly Symptom[] = ['silent', 'connect_timeout', 'unreachable', 'closed', 'reset', 'refused']
const MISREAD: readonly Symptom[] = ['closed', 'reset', 'tls_error', 'silent']

/**
 * The symptoms that each mechanism can show at each place. Through docker-proxy a connect always succeeds first; with
 * the userland proxy turned off loopback looks as `lan` does. Closed and reset take turns, so do a timeout and
 * unreachable. A REJECT rule answers by an ICMP message, and Linux sends but one of them a second to the same client
 * (six at once after a pause): who asks more often sees most of his packets swallowed, as by `drop`.
 *
 * Source: measured on kind with Docker Engine (docs/causes.md); desktop engines forward through a virtual machine and
 * answer by closing where docker-proxy on Linux stays silent. Linux, icmp_ratelimit and icmp_ratemask in ip-sysctl.
 */
const PREDICTIONS: Record<Mechanism, Record<Place, readonly Symptom[]>> = {
  drop: {
    loopback: ['silent', 'connect_timeout'],
    lan: ['connect_timeout', 'unreachable', 'silent'],
    'node-address': ['connect_timeout', 'unreachable'],
  },
  reset: {
    loopback: ['closed', 'reset', 'refused'],
    lan: ['refused', 'closed', 'reset'],
    'node-address': ['refused'],
  },
  reject: {
    loopback: ['closed', 'reset', 'refused', 'silent', 'connect_timeout'],
    lan: ['refused', 'closed', 'reset', 'silent', 'connect_timeout'],
    'node-address': ['refused', 'connect_timeout'],
  },
  stopped: {
    loopback: ['refused', 'connect_timeout', 'closed', 'reset'],
    lan: ['refused', 'connect_timeout', 'unreachable', 'closed', 'reset'],
    'node-address': ['connect_timeout', 'unreachable'],
  },
  unpublished: {
    loopback: ['refused'],
    lan: ['refused', 'connect_timeout', 'unreachable'],
    'node-address': [],
  },
  hang: {
    loopback: ['silent', 'connect_timeout'],
    lan: ['silent', 'connect_timeout'],
    'node-address': ['silent', 'connect_timeout'],
  },
  misread: { loopback: MISREAD, lan: MISREAD, 'node-address': MISREAD },
  stall: { loopback: ['silent'], lan: ['silent'], 'node-address': ['silent'] },
  astray: { loopback: LOST, lan: LOST, 'node-address': LOST },
}

/**
 * Over UDP nothing is accepted, so every loss is silence; a rejection comes as an ICMP message, which Linux holds back
 * when it is busy and docker-proxy never passes on.
 */
const OVER_UDP: Record<Mechanism, readonly Symptom[]> = {
  drop: ['silent', 'unreachable'],
  reset: ['refused', 'silent'],
  reject: ['refused', 'silent'],
  stopped: ['silent', 'refused', 'unreachable'],
  unpublished: ['refused', 'silent'],
  hang: ['silent'],
  misread: ['silent'],
  stall: ['silent'],
  astray: ['silent', 'refused', 'unreachable'],
}

const DESKTOP_LOOPBACK: Partial<Record<Mechanism, readonly Symptom[]>> = {
  drop: ['silent', 'closed', 'reset', 'connect_timeout'],
  reset: ['closed', 'reset', 'refused'],
  reject: ['closed', 'reset', 'refused', 'silent', 'connect_timeout'],
  hang: ['silent', 'closed', 'reset', 'connect_timeout'],
  stall: ['silent', 'closed', 'reset'],
}

/** The symptoms that fit the mechanism at this vantage; empty: it says nothing there. */
export function predictedSymptoms(
  mechanism: Mechanism,
  vantage: string,
  engine: EngineInfo | null,
  transport: 'tcp' | 'udp' = 'tcp',
): readonly Symptom[] {
  const place = placeOf(vantage)
  if (transport === 'udp') return PREDICTIONS[mechanism][place].length === 0 ? [] : OVER_UDP[mechanism]
  if (place !== 'node-address' && engine?.desktop === true) {
    return DESKTOP_LOOPBACK[mechanism] ?? PREDICTIONS[mechanism][place]
  }
  return PREDICTIONS[mechanism][place]
}

function placeOf(vantage: string): Place {
  if (vantage === 'host/lan') return 'lan'
  return isStraight(vantage) || vantage.startsWith('node/') ? 'node-address' : 'loopback'
}

/** Nothing accepts connections on behalf of the cluster there. */
export function isStraight(vantage: string): boolean {
  return vantage === 'host/node-address' || vantage === 'host/balancer'
}
