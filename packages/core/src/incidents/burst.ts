import { isStraight } from '../causes/mechanisms.ts'
import type { Burst, Observer } from '../model/plan.ts'
import type { ProbedCluster, ProbedPort } from '../probing/assign.ts'

/** Where one probe is not enough, more are asked for: so often at most, and for so long. */
export const CONFIRM_EVERY_MS = 5000
export const CONFIRM_MS = 2000

/** The API server is asked faster only until what it says is sure. */
const API_BURST_MS = 1500

/**
 * Probes the port faster for a while. Straight at the nodes closely; through the engine's proxy with care, since
 * docker-proxy keeps each stuck dial for about two minutes.
 */
export function burstOf({ settings }: ProbedCluster, track: ProbedPort, forMs: number): (Burst & { to: Observer })[] {
  if (track.speech.protocol === 'off') return []
  const deadline = (usualMs: number | null) => Math.min(settings.timeoutMs, hurriedMs(usualMs ?? 0))
  const host = track.points
    .filter((point) => point.role !== 'note')
    .map(({ plan, vantage, role, history }) => ({
      to: 'host' as const,
      plan,
      everyMs: !isStraight(vantage) ? 250 : role === 'witness' ? 200 : 50,
      timeoutMs: deadline(history.usualMs),
      forMs,
    }))
  const agents = track.agentPoints.map(({ plan, vantage, history }) => ({
    to: vantage,
    plan,
    everyMs: 250,
    timeoutMs: deadline(history.usualMs),
    forMs,
  }))
  const api = track.apiPoints.map(({ plan }) => ({
    to: 'api' as const,
    plan,
    everyMs: 500,
    timeoutMs: 2 * settings.timeoutMs,
    forMs: Math.min(forMs, API_BURST_MS),
  }))
  return [...host, ...agents, ...api]
}

/**
 * How long a burst waits for an answer: twenty times the usual, within bounds. A deadline that is too short for a slow
 * application does no harm: what is silent by it counts only where the objects predict silence.
 */
function hurriedMs(usualMs: number): number {
  return Math.max(200, Math.min(500, 20 * usualMs))
}
