import type { Evidence } from '../model/incident.ts'
import { seenAt } from '../probing/probe-history.ts'
import { needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode } from '../route/path.ts'
import type { RuleContext } from './context.ts'
import { SLOW_TO_FOLLOW_MS } from './own-node.ts'

/** kube-proxy is asked every five seconds: an older answer may be outdated. */
const STALE_MS = 12_000

/** The status where kube-proxy has no endpoint of the Service on its node, or is unhealthy. */
const HAS_NONE_OR_ILL = 503

/**
 * Does kube-proxy on the mapped node know of endpoints of the Service there, long enough after the last change for its
 * rules to have followed? null where it was not asked since, or says nothing of that.
 *
 * Source: Kubernetes, pkg/proxy/healthcheck/service_health.go.
 */
export function knowsOfLocalEndpoints(context: RuleContext): boolean | null {
  return saysSince(context, (context.changedAt ?? 0) + SLOW_TO_FOLLOW_MS)
}

function saysSince({ localEndpoints, kubeProxy, path, at }: RuleContext, since: number): boolean | null {
  if (localEndpoints === null || localEndpoints.last === null || !needsLocalPod(path)) return null
  const { symptom, status } = localEndpoints.last
  const seen = seenAt(localEndpoints) ?? 0
  if (seen < since || at - seen > STALE_MS) return null
  if (symptom === 'ok') return true
  const isWell = kubeProxy?.last?.symptom === 'ok' && at - (seenAt(kubeProxy) ?? 0) <= STALE_MS
  return status === HAS_NONE_OR_ILL && isWell ? false : null
}

/**
 * A pod is on the mapped node, kube-proxy there knows of none, and the port was answered before: a kube-proxy that takes its
 * node for another one would never have led to it.
 */
export function missesItsEndpoints(context: RuleContext): boolean {
  const wasAnswered = context.deciding.some(({ history }) => history.lastOkAt !== null)
  return wasAnswered && servesOnMappedNode(context.path) && knowsOfLocalEndpoints(context) === false
}

export function citeLocalEndpoints(context: RuleContext): Evidence[] {
  const { path, localEndpoints, at } = context
  const agrees = saysSince(context, context.changedAt ?? 0) === servesOnMappedNode(path)
  const knows = agrees ? servesOnMappedNode(path) : knowsOfLocalEndpoints(context)
  if (knows === null || localEndpoints === null || path.route.kind !== 'nodePort') return []
  const { namespace, name, healthCheckNodePort } = path.route.service
  const text = `kube-proxy on ${path.container.name} says that it has ${knows ? 'endpoints' : 'no endpoint'} of Service ${namespace}/${name} there (healthCheckNodePort ${healthCheckNodePort})`
  return [{ kind: 'probe', text, at: seenAt(localEndpoints) ?? at }]
}
