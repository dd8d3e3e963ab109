import type { AgentPoint } from '../probing/agent-point.ts'
import { type ProbeHistory, seenAt } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { needsLocalPod } from '../route/claim.ts'
import { type PathEndpoint, servesOnMappedNode } from '../route/path.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { citeObject } from './cite.ts'
import { isSettling, type RuleContext } from './context.ts'
import { defineRule } from './rule.ts'
import { symptomFrom } from './own-node.ts'
import { agentSaw } from './sure.ts'
import { count, listed, ownerOf } from './words.ts'

/**
 * kube-proxy spreads connections over all endpoints: where some of them refuse or hang, that share of the connections
 * fails, at random. Agents see which, and each pod asked through the API server shows it; the host itself sees only that
 * answers and failures take turns while nothing moves.
 *
 * Source: Kubernetes, "Virtual IPs and Service Proxies": an endpoint is chosen at random for each connection.
 */
export const endpointBad = defineRule({
  cause: 'endpoint_bad',
  title: 'Some of the endpoints refuse or hang while the others answer: some connections fail.',
  cure: "Look at the pod that the verdict names: the port that it listens on, and its log. A readiness probe on the same port takes such a pod out of the Service. If the pods belong to several workloads, the Service's selector may be too broad. Portolan finds the bad endpoint through the API server or with agents; without either, the verdict is at most `likely`.",

  tcpOnly: true,

  holds: (context) =>
    context.path.route.kind === 'nodePort' &&
    usedEndpoints(context).length > 1 &&
    ((badEndpoints(context).length > 0 && !isRefusedBefore(context)) || (!isSettling(context) && takeTurns(context))),

  mechanism: () => 'any',

  isGuess: () => true,

  provenByAgents: (context) => badEndpoints(context).length > 0,

  summary: (context) => {
    const all = usedEndpoints(context)
    const bad = badEndpoints(context)
    if (bad.length === 0)
      return `Answers and failures alternate while nothing moves: one of the ${all.length} endpoints of ${ownerOf(context.path)} does not seem to answer.${widenedText(context)}`
    const names = listed(bad.map(({ endpoint }) => `pod ${endpoint.podName} on ${endpoint.node ?? 'no node'}`))
    const since = new Date(Math.min(...bad.map((one) => one.since))).toISOString().slice(11, 19)
    return `${bad.length} of ${count(all.length, 'endpoint')} ${verbOf(bad)}: ${names}, since ${since} UTC; ${shareText(bad.length, all.length)}.${widenedText(context)}`
  },

  evidence: (context) =>
    usedEndpoints(context).flatMap(({ pod, node }) =>
      pod === null
        ? []
        : [citeObject(pod, `is an endpoint on ${node}, ${pod.ready ? 'ready' : 'not ready'}`, context.at)],
    ),

  remedies: (context) => {
    const [first] = badEndpoints(context)
    const pod = (first?.endpoint ?? usedEndpoints(context)[0])?.pod
    if (pod === undefined || pod === null) return []
    return [
      {
        text: `Read the log of ${pod.name}`,
        command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50'),
      },
      { text: 'Give the pods a readiness probe on this port: it takes a pod that does not answer out of the Service' },
    ]
  },

  absence: (context) => {
    if (context.path.route.kind !== 'nodePort') return 'no Service spreads the connections'
    const all = usedEndpoints(context).length
    if (all < 2) return `${count(all, 'endpoint')} gets all connections`
    return isSettling(context)
      ? 'the endpoints changed a moment ago'
      : 'no endpoint is known to fail while another answers'
  },
})

interface BadEndpoint {
  endpoint: PathEndpoint
  symptom: Symptom
  since: number
}

/** Those that give no answer at any place from which they are asked, while another one answers at each of its places. */
export function badEndpoints(context: RuleContext): BadEndpoint[] {
  const seen = usedEndpoints(context).map((endpoint) => ({ endpoint, points: pointsOf(context, endpoint) }))
  if (!seen.some(({ points }) => points.length > 0 && points.every(({ symptom }) => isReachable(symptom)))) return []
  return seen.flatMap(({ endpoint, points }) => {
    const [first] = points
    if (first === undefined || points.some(({ symptom }) => isReachable(symptom))) return []
    return [{ endpoint, symptom: first.symptom, since: Math.min(...points.map(({ since }) => since)) }]
  })
}

function pointsOf(context: RuleContext, { podUID }: PathEndpoint): { symptom: Symptom; since: number }[] {
  const isOf = ({ subject }: AgentPoint) => subject.kind === 'pod' && subject.endpoint.podUID === podUID
  const asked = context.api.filter(({ endpoint }) => endpoint.podUID === podUID)
  const atItsAddress = [...context.agents.filter(isOf), ...asked.filter(({ way }) => way === 'pod-proxy')]
  const seen = seenOf(context, atItsAddress)
  return seen.length > 0 ? seen : seenOf(context, asked)
}

function seenOf(
  { at, changedAt }: RuleContext,
  points: readonly { history: ProbeHistory }[],
): { symptom: Symptom; since: number }[] {
  return points.flatMap(({ history }) => {
    const symptom = agentSaw(history, { at, changedAt, darkSince: null, failedAt: null })
    return symptom === null ? [] : [{ symptom, since: history.firstFailureAt ?? seenAt(history) ?? at }]
  })
}

/** Loopback or the node itself refuses, and none of them does: no connection comes as far as to an endpoint. */
function isRefusedBefore(context: RuleContext): boolean {
  return (
    ['host/loopback4', 'host/node-address'].some((vantage) => symptomFrom(context, vantage) === 'refused') &&
    !badEndpoints(context).some(({ symptom }) => symptom === 'refused')
  )
}

/** Those that the mapped node spreads connections over. */
function usedEndpoints({ path }: RuleContext): PathEndpoint[] {
  return needsLocalPod(path) && servesOnMappedNode(path)
    ? path.endpoints.filter((one) => one.servesLocally && one.node === path.container.name)
    : path.endpoints.filter((one) => one.serves)
}

/** So often one follows the other among the last ten. */
const TURNS = 4

/** Answers and failures of one and the same vantage follow each other. */
export function takeTurns({ deciding }: Pick<RuleContext, 'deciding'>): boolean {
  return deciding.some(
    ({ history: { recent } }) => recent.filter((answered, n) => n > 0 && answered !== recent[n - 1]).length >= TURNS,
  )
}

function verbOf(bad: readonly BadEndpoint[]): string {
  const plural = bad.length > 1
  if (bad.every(({ symptom }) => symptom === 'refused')) return plural ? 'refuse' : 'refuses'
  return plural ? 'do not answer' : 'does not answer'
}

function shareText(bad: number, all: number): string {
  return 2 * bad === all ? 'half of the connections fail' : `about ${bad} of ${all} connections fail`
}

/** Endpoints of several workloads are seldom meant. */
function widenedText({ path }: RuleContext): string {
  const names = path.workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
  return names.length < 2 ? '' : ` Its selector matches the pods of ${listed(names)}.`
}
