import type { Cause } from '../model/cause.ts'
import type { Remedy } from '../model/incident.ts'
import type { Situation } from '../causes/situation.ts'
import { listed } from '../causes/words.ts'

/** What agents on the nodes see, and the host alone does not. */
const INSIDE: readonly Cause[] = [
  'app_slow',
  'cross_node',
  'hostport_unsupported',
  'kube_proxy_stale',
  'mtu',
  'network_policy',
  'node_name_mismatch',
  'rules_not_programmed',
]

/** How what cannot be told apart from here could be; nothing where no vantage of ours would help. */
export function waysToSeparate(situation: Situation, causes: readonly Cause[]): Remedy[] {
  if (causes.includes('host_firewall'))
    return [{ text: 'Try the port from another machine: only that shows what the host lets in' }]
  const inside = causes.filter((cause) => INSIDE.includes(cause))
  if (causes.length < 2 || inside.length === 0 || situation.agents.length > 0) return []
  return [{ text: `Agents on the nodes would tell ${listed(inside)} from the rest`, command: 'portolan install' }]
}
