import { randomUUID } from 'node:crypto'
import type { Clock, Fact, Log } from '@portolan/core'
import { createKubeWatch, type KubeAccess, type KubeWatch } from '@portolan/kube'
import type { Events } from './events.ts'

/** Watches the API server of one cluster and reports what it says as facts. */
export function createKubeSource(options: {
  cluster: string
  access: KubeAccess
  clock: Clock
  log: Log
  events: Events
  onFact(fact: Fact): void
}): KubeWatch {
  const { cluster, access, clock, log, events, onFact } = options
  const boot = randomUUID()
  let sequence = 0
  return createKubeWatch({
    access,
    clock,
    log,
    onObservation(observed, at) {
      sequence += 1
      onFact({ cluster, source: 'kube', boot, sequence, at, receivedAt: at, observed })
    },
    onHeard: (resource, at) => events.watchHeard(cluster, resource, at),
    onRestart: (resource, reason) => events.watchRestarted(cluster, resource, reason),
    onMissed: (resource, count) => events.watchMissed(cluster, resource, count),
  })
}
