import type { Store } from '@portolan/collector'
import type { Change, Epoch, Incident } from '@portolan/core'

export const PORTS = 200
export const DAY = 24 * 3_600_000
const EVERY = 10 * 60_000
const CLUSTER = 'dev'

/** A day in which every port's pod moves every ten minutes, and every other time the port goes dark for it. */
export async function fillDay(store: Store, begin: number): Promise<void> {
  for (let start = begin, n = 0; start < begin + DAY; start += EVERY, n += 1) {
    const changes: Change[] = []
    const incidents: Incident[] = []
    const epochs: Epoch[] = []
    for (let port = 0; port < PORTS; port += 1) {
      const at = start + port * 100
      const target = `tcp:127.0.0.1:${30_000 + port}`
      const podNodes = [`node-${n % 3}`, `node-${(n + 1) % 3}`]
      const darkUntil = at + 1000 + (n % 7) * 1000
      const vantages = { 'host/loopback4': 'silent', 'host/node-address': 'connect_timeout' } as const
      const moved = { workload: `Deployment/shop/web-${port}`, kind: 'rescheduled', reason: 'drain' } as const
      const state = { type: 'target.state', cluster: CLUSTER, target } as const
      const id = `${target}#${at}`
      epochs.push({
        id,
        cluster: CLUSTER,
        target,
        startedAt: at,
        endedAt: at + EVERY < begin + DAY ? at + EVERY : null,
        mappedNode: 'node-0',
        podNodes,
        expectedUp: true,
        answered: 200,
        failed: n % 7,
      })
      changes.push({
        type: 'placement.changed',
        at,
        cluster: CLUSTER,
        target,
        targets: [target],
        ...moved,
        from: [`node-${(n + 2) % 3}`],
        to: podNodes,
      })
      if (n % 2 === 1) continue
      const incident: Incident = {
        id,
        cluster: CLUSTER,
        target,
        cause: 'etp_local',
        confidence: 'proven',
        candidates: [],
        summary: 'The way ends on a node without a pod.',
        evidence: Array.from({ length: 4 }, (_, index) => ({
          kind: 'object',
          text: `answers only on node-${index}, the port is mapped to node-0`,
          at,
        })),
        remedies: [{ text: 'Let every node forward to the pod', command: 'kubectl -n shop patch service web' }],
        node: 'node-0',
        symptoms: vantages,
        changedAt: at,
        openedAt: at + 200,
        closedAt: darkUntil + 300,
        darkSince: at + 50,
        darkUntil,
        planned: false,
      }
      incidents.push(incident)
      changes.push({ ...state, at: at + 200, state: 'down', previous: 'up', symptom: 'silent', vantages })
      changes.push({ type: 'incident.opened', at: at + 200, cluster: CLUSTER, target, incident })
      changes.push({ type: 'incident.closed', at: darkUntil + 300, cluster: CLUSTER, target, incident })
      changes.push({
        ...state,
        at: darkUntil + 300,
        state: 'up',
        previous: 'down',
        symptom: 'ok',
        vantages: { 'host/loopback4': 'ok', 'host/node-address': 'ok' },
      })
    }
    changes.sort((a, b) => a.at - b.at)
    await store.write({ changes, incidents, epochs })
  }
}
