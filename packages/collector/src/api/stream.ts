import { encodeChange } from '@portolan/wire'
import { type Response, Router } from 'express'
import type { Archive } from '../archive/archive.ts'
import type { TimelineEntry } from '../store/store.ts'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

const PAGE = 500
const KEEP_ALIVE_MS = 15_000
/** A client that reads so little is cut off; it comes back with its last id and misses nothing. */
const MOST_UNREAD_BYTES = 1 << 20
const MOST_STREAMS = 64

/**
 * The timeline as it grows, as server-sent events: `event` is the type of the change, `id` its place. With
 * Last-Event-ID everything after that comes first, each entry once and in order. `cluster` narrows it to one.
 */
export function streamRoutes({
  store,
  stream,
  clock,
}: Pick<ApiContext, 'stream' | 'clock'> & { store: Pick<Archive, 'timeline'> }): Router {
  const router = Router()
  let streams = 0

  router.get('/stream', async (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    const from = readLastId(request.headers['last-event-id'])
    if (streams >= MOST_STREAMS) throw new Problem(503, `${MOST_STREAMS} streams are open already`)
    streams += 1
    const teller = createTeller(response, from ?? 0, cluster)
    // What happens while the past is still read waits, so that nothing is missed nor told twice.
    let waiting: TimelineEntry[] | null = []
    const unsubscribe = stream.subscribe((entries) => {
      if (waiting === null) teller.tell(entries)
      else waiting.push(...entries)
    })
    let cancel = clock.after(KEEP_ALIVE_MS, keepAlive)
    function keepAlive(): void {
      teller.comment()
      cancel = clock.after(KEEP_ALIVE_MS, keepAlive)
    }
    response.on('close', () => {
      streams -= 1
      unsubscribe()
      cancel()
    })
    response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
    response.flushHeaders()
    if (from !== null) await tellPast(teller, from)
    teller.tell(waiting)
    waiting = null
  })

  async function tellPast(teller: Teller, from: number): Promise<void> {
    for (let after = from, full = true; full; ) {
      const page = await store.timeline({ after, limit: PAGE })
      teller.tell(page)
      full = page.length === PAGE && teller.isOpen()
      after = page.at(-1)?.id ?? after
    }
  }

  return router
}

interface Teller {
  tell(entries: TimelineEntry[]): void
  comment(): void
  isOpen(): boolean
}

/** @param cluster undefined: all of them */
function createTeller(response: Response, from: number, cluster: string | undefined): Teller {
  let lastId = from
  const isOpen = () => !response.destroyed && !response.writableEnded
  return {
    isOpen,
    comment: () => void (isOpen() && response.write(':\n\n')),
    tell(entries) {
      for (const { id, change } of entries) {
        if (id <= lastId || !isOpen()) continue
        lastId = id
        if (cluster !== undefined && change.cluster !== cluster) continue
        response.write(`id: ${id}\nevent: ${change.type}\ndata: ${JSON.stringify(encodeChange(change))}\n\n`)
        if (response.writableLength > MOST_UNREAD_BYTES) response.destroy()
      }
    },
  }
}

function readLastId(header: string | string[] | undefined): number | null {
  if (header === undefined || header === '') return null
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header)
  const errors = [{ key: 'Last-Event-ID', message: 'expected an id of this stream' }]
  throw new Problem(400, 'Last-Event-ID: expected an id of this stream', errors)
}
