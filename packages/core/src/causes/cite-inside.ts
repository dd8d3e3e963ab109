import type { AgentPoint } from '../probing/agent-point.ts'
import type { ApiPoint } from '../probing/api-point.ts'
import type { Evidence } from '../model/incident.ts'
import { seenAt } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { citeAbsence } from './cite.ts'
import { isKubeProxyStuck } from './inside.ts'
import type { RuleContext } from './context.ts'
import { citeLocalEndpoints } from './local-endpoints.ts'
import { agentSaw } from './sure.ts'
import { listed, ownerOf } from './words.ts'

/** What was seen of the port from inside the cluster, a sentence for each thing that was looked at. */
export function citeInside(context: RuleContext): Evidence[] {
  const byTarget = new Map<string, AgentPoint[]>()
  for (const point of context.agents) byTarget.set(point.target, [...(byTarget.get(point.target) ?? []), point])
  return [
    ...[...byTarget.values()].flatMap((points) => citeSubject(context, points)),
    ...context.api.flatMap((point) => citeAsked(context, point)),
    ...context.refusedWays.map(
      (why): Evidence => citeAbsence(`pods were not asked through the API server: ${why}`, context.at),
    ),
    ...(isKubeProxyStuck(context) ? citeKubeProxy(context) : []),
    ...citeLocalEndpoints(context),
  ]
}

function citeAsked(context: RuleContext, { way, pod, port, endpoint, history }: ApiPoint): Evidence[] {
  const symptom = agentSaw(history, context)
  if (symptom === null) return []
  const name = `pod ${pod.namespace}/${pod.name} on ${endpoint.node ?? 'no node'}`
  const text = isReachable(symptom)
    ? way === 'port-forward'
      ? `${name} answers at port ${port} from inside (port-forward)`
      : `${name} answers the API server at port ${port} (pod proxy)`
    : way === 'port-forward'
      ? `${name}, asked from inside at port ${port} (port-forward): ${symptom}`
      : `${name}, asked by the API server at port ${port} (pod proxy): ${symptom === 'connect_timeout' ? 'no answer' : symptom}`
  return [{ kind: 'probe', text, at: seenAt(history) ?? context.at }]
}

function citeSubject(context: RuleContext, points: AgentPoint[]): Evidence[] {
  const seen = points.flatMap((point) => {
    const symptom = agentSaw(point.history, context)
    return symptom === null ? [] : [{ point, symptom, at: seenAt(point.history) ?? context.at }]
  })
  const [first] = seen
  if (first === undefined) return []
  const answers = seen.filter(({ symptom }) => isReachable(symptom)).map(({ point }) => point)
  const fails = new Map<Symptom, AgentPoint[]>()
  for (const { point, symptom } of seen) {
    if (!isReachable(symptom)) fails.set(symptom, [...(fails.get(symptom) ?? []), point])
  }
  const parts = [
    ...(answers.length === 0 ? [] : [`answers ${placesOf(answers)}`]),
    ...[...fails].map(([symptom, from]) => `${symptom} ${placesOf(from)}`),
  ]
  return [
    {
      kind: 'probe',
      text: `${nameOf(context, first.point)}: ${parts.join('; ')}`,
      at: Math.max(...seen.map(({ at }) => at)),
    },
  ]
}

function nameOf({ path }: RuleContext, { subject, target, address, port }: AgentPoint): string {
  switch (subject.kind) {
    case 'mapped node':
      return `${path.container.name}:${port}`
    case 'pods node':
      return `${subject.node}:${port}`
    case 'pod':
      return `${target} on ${subject.endpoint.node ?? 'no node'}`
    case 'cluster address':
      return `${ownerOf(path)} at its cluster address ${address}:${port}`
  }
}

/** `at its own node and from kind-worker and kind-worker3`. */
function placesOf(points: AgentPoint[]): string {
  const own = points.filter(({ subject, from }) => subject.kind === 'pod' && subject.endpoint.node === from)
  const others = points.filter((point) => !own.includes(point)).map(({ from }) => from)
  const from = others.length > 0 ? [`from ${listed(others)}`] : []
  return [...(own.length > 0 ? ['at its own node'] : []), ...from].join(' and ')
}

function citeKubeProxy({ kubeProxy, path }: RuleContext): Evidence[] {
  const { last = null } = kubeProxy ?? {}
  if (last === null) return []
  const said = last.status === undefined ? last.symptom : `${last.symptom} ${last.status}`
  const text = `kube-proxy on ${path.container.name} does not report that its rules are up to date: ${said}`
  return [{ kind: 'probe', text, at: last.run?.until ?? last.startedAt }]
}

/** How a node that is down looks from inside the cluster. */
export function citeSilence(context: RuleContext, node: string): Evidence[] {
  const { absent, at } = context
  const agent = absent.find((one) => one.node === node)
  const silent = context.mesh(node).filter(({ history: { last } }) => last !== null && !isReachable(last.symptom))
  return [
    ...(agent === undefined
      ? []
      : [{ kind: 'absence' as const, text: `the agent on ${node} no longer reports`, at: agent.heardAt }]),
    ...(silent.length === 0
      ? []
      : [{ kind: 'probe' as const, text: `${listed(silent.map(({ from }) => from))} get no echo from ${node}`, at }]),
  ]
}
