import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, readLanes, type Store } from '@portolan/collector'
import type { Change, Epoch, Incident } from '@portolan/core'
import { encodeLanes } from '@portolan/wire'

/** A day of many ports as lanes, for a reader who comes the first time and for one who comes again. */
const PORTS = 200
const DAY = 24 * 3_600_000
const EVERY = 10 * 60_000
const TIMES = 5
/** Of what it takes the first time. */
const AGAIN_GOAL = 0.75
const CLUSTER = 'dev'

async function fill(store: Store, begin: number): Promise<void> {
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

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const store = await openStore(join(folder, 'store.db'))
const begin = 1_700_000_000_000
await fill(store, begin)

async function answerAfter(ms: number): Promise<{ took: number; bytes: number }> {
  const range = { from: begin + ms, to: begin + DAY + ms, resolutionMs: 0 }
  const started = performance.now()
  const lanes = await readLanes(store, [], range)
  const { length } = JSON.stringify(encodeLanes({ ...range, lanes, notes: [] }))
  return { took: performance.now() - started, bytes: length }
}

const { took: first, bytes } = await answerAfter(0)
const later: number[] = []
for (let time = 1; time <= TIMES; time += 1) later.push((await answerAfter(time * 1000)).took)
const again = Math.min(...later)
const reached = again <= AGAIN_GOAL * first
console.log(
  `a day of ${PORTS} ports, ${(bytes / 1e6).toFixed(1)} MB: ${first.toFixed()} ms first, ${again.toFixed()} ms again`,
)
console.log(`again of first: ${(again / first).toFixed(2)} (goal ${AGAIN_GOAL}: ${reached ? 'reached' : 'missed'})`)
if (!reached) process.exitCode = 1
store.close()
rmSync(folder, { recursive: true })
