import { isPortTarget, isReachable, type Outcome } from '@portolan/core'

/** How long the newest answers of each port took, as the host saw them. */
export interface Latencies {
  take(cluster: string, outcome: Outcome): void
  median(cluster: string, target: string): number | null
  forget(cluster: string): void
}

const NEWEST = 101
/** Ports come and go; those that were heard of longest ago are forgotten first. */
const MOST_PORTS = 5000

export function createLatencies(): Latencies {
  const clusters = new Map<string, Map<string, number[]>>()

  return {
    take(cluster, { target, vantage, symptom, durationMs, run }) {
      if (!isPortTarget(target) || !vantage.startsWith('host/') || !isReachable(symptom)) return
      const ports = clusters.get(cluster) ?? new Map<string, number[]>()
      clusters.set(cluster, ports)
      const before = ports.get(target) ?? []
      ports.delete(target)
      ports.set(target, [...before, ...(run?.durationsMs ?? [durationMs])].slice(-NEWEST))
      const [oldest] = ports.keys()
      if (ports.size > MOST_PORTS && oldest !== undefined) ports.delete(oldest)
    },

    median(cluster, target) {
      const sorted = clusters
        .get(cluster)
        ?.get(target)
        ?.toSorted((a, b) => a - b)
      return sorted?.[(sorted.length - 1) >> 1] ?? null
    },

    forget: (cluster) => void clusters.delete(cluster),
  }
}
