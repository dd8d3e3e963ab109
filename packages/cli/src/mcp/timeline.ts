import type { StoreReader } from '@portolan/collector'
import type { Change } from '@portolan/core'
import { encodeTimeline } from '@portolan/wire'
import { onePort } from '../one-port.ts'
import { readPortName } from '../port-name.ts'
import { hasPorts, lastSeen, withStore } from '../stored.ts'
import { sinceMs } from './since.ts'
import { defineTool, portInput, sinceInput } from './tool.ts'

const MOST_READ = 10_000
const MOST = 40

/** What a person reads in a timeline. */
const TOLD: readonly Change['type'][] = [
  'placement.changed',
  'incident.opened',
  'incident.closed',
  'cluster.event',
  'gap',
]

export const timeline = defineTool({
  name: 'timeline',
  title: 'What happened, in order',
  description:
    'List what happened, oldest first: pods that moved, ports that went dark and answered again, nodes that were cordoned, and gaps in which no Portolan watched. Needs a portolan watch that is running, or that ran before.',
  input: { port: portInput.optional(), since: sinceInput },
  async answer({ port, since }, { clock }) {
    const to = clock.now()
    const from = to - sinceMs(since)
    const named = port === undefined ? [] : [String(port)]
    const has = (store: StoreReader) => hasPorts(store, named)
    return withStore({ has }, async (store, { running }) => {
      const { ports } = await lastSeen(store, to)
      const targets = named.map((name) => onePort(ports, readPortName(name)))
      const entries = await store.timeline({
        from,
        to,
        limit: MOST_READ,
        ...(named.length === 0 ? {} : { targets: targets.map(({ id }) => id) }),
      })
      const told = entries.map(({ change }) => change).filter(({ type }) => TOLD.includes(type))
      const complete = told.length <= MOST && entries.length < MOST_READ
      return {
        contract: 'timeline',
        data: encodeTimeline({ from, to, entries: told.slice(-MOST).map(withoutProof), complete }),
        source: running?.kind ?? 'store',
        leftOut: [
          'evidence and fixes of incidents: incidents and why have them',
          ...(complete ? [] : [`what was before the last ${MOST} entries`]),
        ],
      }
    })
  },
})

function withoutProof(change: Change): Change {
  return 'incident' in change ? { ...change, incident: { ...change.incident, evidence: [], remedies: [] } } : change
}
