import type { Rollout } from '../model/snapshot.ts'

/** A Deployment's `strategy` or a DaemonSet's `updateStrategy`, as the API writes it. */
export interface ApiRollout {
  type?: string | null | undefined
  rollingUpdate?: { maxSurge?: Amount; maxUnavailable?: Amount } | null | undefined
}

type Amount = number | string | null | undefined

/**
 * What a strategy allows for this number of pods: a percentage of them, surge rounded up and unavailability down, and if
 * both come to nothing one pod may be missing.
 *
 * Source: Kubernetes, "Deployments", strategy.
 */
export function rolloutOf(
  strategy: ApiRollout | null | undefined,
  kind: 'Deployment' | 'DaemonSet',
  pods: number,
): Rollout {
  if (strategy?.type === 'Recreate' || strategy?.type === 'OnDelete') return { surge: 0, unavailable: pods }
  const [surge, unavailable] = kind === 'Deployment' ? ['25%', '25%'] : [0, 1]
  const update = strategy?.rollingUpdate
  const rollout = {
    surge: amount(update?.maxSurge ?? surge, pods, Math.ceil),
    unavailable: amount(update?.maxUnavailable ?? unavailable, pods, Math.floor),
  }
  return rollout.surge === 0 && rollout.unavailable === 0 ? { surge: 0, unavailable: 1 } : rollout
}

function amount(given: number | string, pods: number, round: (pods: number) => number): number {
  const text = String(given)
  return text.endsWith('%') ? round((Number.parseInt(text, 10) * pods) / 100) : Number.parseInt(text, 10)
}
