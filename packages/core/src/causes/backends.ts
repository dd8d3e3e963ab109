import type { Symptom } from '../model/symptom.ts'
import { isReachable } from '../model/symptom.ts'
import type { ProbeHistory } from '../probing/probe-history.ts'
import { needsLocalPod } from '../route/claim.ts'
import { NGINX_CONNECT_MS, NGINX_OUT_MS } from '../route/balanced.ts'
import { isRunning, type RuleContext } from './context.ts'
import { freshSymptom, isSure } from './sure.ts'
import { ownerOf } from './words.ts'

/** A node behind the balancer, and what its own address shows. */
export interface SeenBackend {
  node: string
  /** null: nobody looks there, or nothing is sure yet. */
  symptom: Symptom | null
  history: ProbeHistory | null
  /** What the balancer itself takes it for; absent where it does not say. */
  healthy?: boolean
}

export function backendsSeen({ path: { balanced }, backends, changedAt }: RuleContext): SeenBackend[] {
  return (balanced?.backends ?? []).map((backend) => {
    const history = backends.find(({ point }) => point.target.startsWith(`node:${backend.node}:`))?.history ?? null
    const symptom = history !== null && isSure(history) ? freshSymptom(history, changedAt) : null
    return { ...backend, symptom, history }
  })
}

/** Those that it leads to: one that it holds for unhealthy gets no connection. */
export function usedBackends(context: RuleContext): SeenBackend[] {
  return backendsSeen(context).filter(({ healthy }) => healthy !== false)
}

/** Those that do not answer at their own address, while another node does: what is behind all of them is well. */
export function badBackends(context: RuleContext): SeenBackend[] {
  const doesAny = [...context.backends, ...context.witnesses].some(
    ({ history: { last } }) => last !== null && isReachable(last.symptom),
  )
  return doesAny ? usedBackends(context).filter(({ symptom }) => symptom !== null && !isReachable(symptom)) : []
}

/** Why such a node leads nowhere, as a clause about it; null if that is unknown. */
export function whyBad({ path, containers }: RuleContext, node: string): string | null {
  const container = containers.find(({ name }) => name === node)
  if (container !== undefined && !isRunning(container)) return `its container is ${container.state}`
  if (path.endpoints.length === 0 || path.endpoints.some((one) => one.servesLocally && one.node === node)) return null
  if (path.route.kind === 'nodePort')
    return needsLocalPod(path) ? `it holds no pod, and ${ownerOf(path)} has externalTrafficPolicy Local` : null
  return `it holds no pod of ${ownerOf(path)}`
}

/** `ways-worker (connect_timeout: it holds no pod, ...)` */
export function backendText(context: RuleContext, { node, symptom }: SeenBackend): string {
  const why = whyBad(context, node)
  return `${node} (${symptom ?? 'not seen'}${why === null ? '' : `: ${why}`})`
}

/**
 * Until when nginx may leave a node out that answers again, ms since the epoch: what it tried just before may have failed two
 * seconds later. null where the node was never seen to fail, where no such balancer leads there, or to it alone.
 */
export function outUntil({ path: { balanced } }: RuleContext, { history }: SeenBackend): number | null {
  if (balanced?.program !== 'nginx' || balanced.backends.length < 2) return null
  if (history === null || history.lastFailureAt === null) return null
  return (history.firstOkAt ?? history.lastFailureAt) + NGINX_CONNECT_MS + NGINX_OUT_MS
}

/** How many connections through the balancer failed, of the last ones or of all; null where none did. */
export function failedShare({ deciding, counted }: RuleContext): string | null {
  const most = deciding
    .map(({ history: { recent } }) => ({ failed: recent.filter((answered) => !answered).length, all: recent.length }))
    .sort((a, b) => b.failed - a.failed)[0]
  if (most !== undefined && most.failed > 0)
    return `${most.failed} of the last ${most.all} connections through it failed`
  const failed = counted.attempts - counted.answered
  return failed === 0 ? null : `${failed} of ${counted.attempts} connections through it failed so far`
}
