import { durationText } from '../model/duration.ts'
import type { Evidence } from '../model/incident.ts'
import type { PortRule, RuleReading } from '../model/rule-reading.ts'
import { type Path, type PathEndpoint, servesOnMappedNode, servingNodes } from '../route/path.ts'
import type { RuleContext } from './context.ts'
import { isKubeProxyStuck, kubeProxyTrouble } from './inside.ts'
import { answeredAsItIs, SLOW_TO_FOLLOW_MS } from './own-node.ts'
import { count, listed, ownerOf } from './words.ts'

/** Such a rule is there for this very port and Service, and it counted at least the packets that we sent. */
export function hasCounted({ rules, path }: RuleContext, isMeant: (rule: PortRule) => boolean): boolean {
  if (rules === null || rules.probes === 0) return false
  const { probes } = rules
  return rules.rules.some(
    (rule) => isMeant(rule) && isOfThePort(rule, path) && rule.packets !== null && rule.packets >= probes,
  )
}

/** A rule for the port that is not kube-proxy's, and stopped at least the packets that we sent; null for none. */
export function stoppedByOthers({ rules }: Pick<RuleContext, 'rules'>): PortRule | null {
  if (rules === null || rules.probes === 0) return null
  const stops = ({ verdict, reason, packets }: PortRule) =>
    verdict !== 'forward' && reason === 'other' && packets !== null && packets >= rules.probes
  return rules.rules.find(stops) ?? null
}

function isOfThePort({ service }: PortRule, { route }: Path): boolean {
  if (route.kind !== 'nodePort') return false
  const { namespace, name } = route.service
  return service === `${namespace}/${name}${route.port.name === '' ? '' : `:${route.port.name}`}`
}

/**
 * kube-proxy on the mapped node is stuck or away, the endpoints changed since it was last well, and with these endpoints
 * the port never answered: the rules there are those of before.
 */
export function areRulesOld(context: RuleContext): boolean {
  const { changedAt, kubeProxy, deciding } = context
  const wasWellAt = kubeProxy?.lastOkAt ?? 0
  const isTroubled = isKubeProxyStuck(context) || kubeProxyTrouble(context) !== null
  return (
    isTroubled && changedAt !== null && changedAt + HEALTH_EVERY_MS >= wasWellAt && !answeredAsItIs(context, deciding)
  )
}

/** Its health is asked so seldom: it may have been well for so long after it was last asked. */
const HEALTH_EVERY_MS = 5000

/** The rules that were read lead to pods that are there, and nowhere else: they are in step. */
export function leadToThePods({ rules, path }: Pick<RuleContext, 'rules' | 'path'>): boolean {
  const forwards = rules?.rules.filter(({ verdict }) => verdict === 'forward') ?? []
  return forwards.length > 0 && forwards.every((rule) => rule.to.every((one) => isAnEndpoint(one, path)))
}

/**
 * The node has had the time to follow the endpoints, and its rules are not theirs: they drop or reject, or lead to no
 * endpoint that there is, or there is none for the port.
 */
export function areRulesOfBefore({ rules, path, changedAt }: RuleContext): boolean {
  if (rules === null || rules.mode === null || rules.unread.length > 0 || path.route.kind !== 'nodePort') return false
  if (changedAt !== null && rules.from < changedAt + SLOW_TO_FOLLOW_MS) return false
  const { families = [] } = path.route.service
  if (families.length > 0 && !families.includes(rules.family)) return false
  const isLocal = path.route.service.externalTrafficPolicy === 'Local'
  // A kube-proxy that takes itself for another node knows of no endpoint on its own, however well it follows.
  if (isLocal && rules.rules.some(({ reason }) => reason === 'without_local_endpoints')) return false
  const served = isLocal ? servesOnMappedNode(path) : servingNodes(path).length > 0
  return served && !rules.rules.some((rule) => rule.verdict === 'forward' && leadsToAnEndpoint(rule, path))
}

function leadsToAnEndpoint({ to }: PortRule, path: Path): boolean {
  return to.some((one) => isAnEndpoint(one, path))
}

function isAnEndpoint({ address }: PortRule['to'][number], { endpoints }: Path): boolean {
  return addressesOf(endpoints.filter((one) => one.serves || one.servesLocally)).includes(address)
}

/** Of each family: a path keeps one address of an endpoint. */
function addressesOf(endpoints: readonly PathEndpoint[]): string[] {
  return endpoints.flatMap(({ address, pod }) => [address, ...(pod?.addresses ?? [])])
}

/** What the node's own rules do with the port, a sentence for each. */
export function citeRules({ rules, path }: RuleContext): Evidence[] {
  if (rules === null) return []
  return ruleTexts(rules, path).map((text) => ({ kind: 'rule', text, at: rules.to }))
}

/** Rules of a port that are named; a person reads no more. */
const MOST_NAMED = 5

function ruleTexts(reading: RuleReading, path: Path): string[] {
  const { node, port, rules, unread, mode, connections } = reading
  const stopping = rules.filter(({ verdict }) => verdict !== 'forward')
  const isSilentOfIt = mode !== null && unread.length === 0
  const door = `port ${port} of ${node}`
  return [
    ...rules.slice(0, MOST_NAMED).map((rule) => ruleText(rule, reading, path)),
    ...(mode === null && unread.length === 0 ? [`kube-proxy has written no rules in ${node}`] : []),
    ...(rules.length === 0 && isSilentOfIt ? [`kube-proxy has written no rule for ${door} (${mode})`] : []),
    ...(rules.length > 0 && stopping.length === 0 && isSilentOfIt
      ? [`none of the rules that were read (${mode}) drops or rejects packets to ${door}`]
      : []),
    ...(connections !== null && connections.count >= connections.most
      ? [`the connection table of ${node} is full (${connections.count} of ${connections.most})`]
      : []),
    ...unread,
  ]
}

/** What a rule does with packets. */
export const DONE = { drop: 'drops', reject: 'rejects', forward: 'forwards' }
const REASONS = { without_local_endpoints: 'has no local endpoints', without_endpoints: 'has no endpoints', other: '' }

/** `a rule in KUBE-EXTERNAL-SERVICES of a drops packets to port 30080 (default/web has no local endpoints): 14 packets ...` */
function ruleText(rule: PortRule, reading: RuleReading, path: Path): string {
  const { chain, verdict, service, reason } = rule
  const why = [service, REASONS[reason]].filter((one) => one !== '').join(' ')
  const to = verdict === 'forward' ? ` to ${targetText(rule, path)}` : ''
  const of = why === '' ? '' : ` (${why})`
  const what = `a rule in ${chain} of ${reading.node} ${DONE[verdict]} packets to port ${reading.port}${to}${of}`
  return `${what}: ${countText(rule, reading)}`
}

function countText({ packets, verdict }: PortRule, { from, to, probes }: RuleReading): string {
  if (packets === null) return 'the rule has no counter'
  const counted = `${count(packets, verdict === 'forward' ? 'connection' : 'packet')} within ${durationText(to - from)}`
  return `${counted}, while this machine tried ${count(probes, 'connection')}`
}

function targetText({ to }: PortRule, path: Path): string {
  const named = to.slice(0, MOST_NAMED).map(({ address, port }) => {
    const text = `${address.includes(':') ? `[${address}]` : address}:${port}`
    return addressesOf(path.endpoints).includes(address) ? text : `${text}, no endpoint of ${ownerOf(path)}`
  })
  return `${listed(named)}${to.length > MOST_NAMED ? ` and ${to.length - MOST_NAMED} more` : ''}`
}

/** The same as a clause for a hop; null where nothing was read. */
export function rulesClause({ rules, path }: RuleContext): { text: string; stops: boolean } | null {
  if (rules === null || rules.mode === null) return null
  const stopping = rules.rules.find(({ verdict }) => verdict !== 'forward')
  const [forward] = rules.rules
  if (stopping !== undefined) {
    const { packets, chain, verdict } = stopping
    const counted = packets === null ? '' : ` (${packets} within ${durationText(rules.to - rules.from)})`
    return { text: `a rule in ${chain} ${DONE[verdict]} the packets${counted}`, stops: true }
  }
  if (forward === undefined) return { text: `no rule for port ${rules.port}`, stops: rules.unread.length === 0 }
  return { text: `a rule forwards to ${targetText(forward, path)}`, stops: !leadsToAnEndpoint(forward, path) }
}
