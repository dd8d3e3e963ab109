import { backoff } from '@portolan/base'
import type { Change, Clock, Incident, Log, Notification } from '@portolan/core'
import { startLoop } from '@portolan/runtime'
import type { Clusters } from '../clusters.ts'
import type { Events } from '../events.ts'
import type { Notebook } from '../notebook.ts'
import type { Store } from '../store/store.ts'
import { type Book, createBook } from './book.ts'
import { closeIncident, createPortLook, lookAtIncidents } from './look.ts'
import { requestFor, type Webhook } from './message.ts'
import { post } from './post.ts'

/** Reports to a webhook, beside everything else: the store keeps each message until the receiver accepts it. */
export interface Notifier {
  change(change: Change): void
  /** Another store was opened. */
  again(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

const BEAT_MS = 1000
const LOOK_EVERY_MS = 15_000
const LONGEST_PAUSE_MS = 5 * 60_000
const MOST_PAUSE_MS = 15 * 60_000

interface Parts {
  webhook: Webhook
  store: Pick<Store, 'pages' | 'incidents' | 'write'>
  clusters: Clusters
  notebook: Pick<Notebook, 'silences'>
  events: Pick<Events, 'notified' | 'webhookFault'>
  clock: Clock
  log: Log
  /** For people, once each time that the webhook begins to take nothing, and when that is over. */
  onNotice(text: string): void
}

/** @param parts.webhook null: nothing is reported */
export async function startNotifier({
  webhook,
  ...parts
}: Omit<Parts, 'webhook'> & { webhook: Webhook | null }): Promise<Notifier> {
  if (webhook === null) return { change() {}, again() {}, async stop() {} }
  return start({ webhook, ...parts })
}

async function start({ webhook, store, clusters, notebook, events, clock, log, onNotice }: Parts): Promise<Notifier> {
  const states = () => [...clusters.values()].map(({ state }) => state)
  const book = createBook(await store.pages())
  await closeWhatEnded(book, store, clock.now())
  const lookAtPorts = createPortLook(book, notebook.silences)
  const stopped = new AbortController()
  let sending: Promise<void> | null = null
  let failures = 0
  let notBefore = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  let leftOut = 0
  let fault: string | null = null

  function tell(why: string | null): void {
    if (why !== null) events.notified('failed', 1)
    if (why === fault) return
    fault = why
    events.webhookFault(why)
    onNotice(
      why === null
        ? 'The webhook accepts messages again.'
        : `The webhook did not accept a message: ${why}. Portolan sends it again.`,
    )
  }

  async function keep(): Promise<void> {
    const pages = book.takeChanges(clock.now())
    if (pages.length === 0) return
    try {
      await store.write({ pages })
    } catch {
      book.touch() // the recorder says that the store takes nothing
    }
  }

  async function send(notifications: readonly Notification[]): Promise<void> {
    const pause = await attempt(notifications)
    if (pause === null) {
      failures = 0
      book.delivered(notifications, clock.now())
    } else {
      notBefore = clock.monotonic() + pause
      failures += 1
    }
    await keep()
  }

  /** @returns how long to wait before the next one; null: it was taken */
  async function attempt(notifications: readonly Notification[]): Promise<number | null> {
    try {
      const { url, key } = webhook.read()
      const request = requestFor(webhook.form, notifications, { at: clock.now(), leftOut, key })
      const { status, retryAfterMs } = await post(url, { ...request, signal: stopped.signal })
      if (status >= 200 && status < 300) {
        events.notified('delivered', notifications.length)
        tell(null)
        leftOut = 0
        return null
      }
      tell(`${url.hostname} answers ${status}`)
      const isPassing = status >= 500 || [408, 425, 429].includes(status)
      if (!isPassing) book.refused(notifications)
      const pause = isPassing ? backoff(failures, LONGEST_PAUSE_MS, Math.random) : LONGEST_PAUSE_MS
      return Math.max(pause, Math.min(retryAfterMs ?? 0, MOST_PAUSE_MS))
    } catch (error) {
      if (!stopped.signal.aborted) tell(Error.isError(error) ? error.message : String(error))
      return backoff(failures, LONGEST_PAUSE_MS, Math.random)
    }
  }

  /** Looks what there is to say, keeps it, and sends it where nothing else is being sent. */
  async function beat(): Promise<void> {
    lookAtIncidents(book, states(), notebook.silences, clock.now())
    if (clock.monotonic() - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = clock.monotonic()
      await lookAtPorts(states(), clock.now)
    }
    const due = book.due(clock.now())
    const given = book.takeLeftOut()
    leftOut += given
    if (given > 0) events.notified('left_out', given)
    await keep()
    if (stopped.signal.aborted || sending !== null || due.length === 0 || clock.monotonic() < notBefore) return
    sending = send(due).finally(() => {
      sending = null
    })
  }

  const loop = startLoop({ name: 'webhook', everyMs: BEAT_MS, clock, log, run: beat })
  return {
    change: (change) => closeIncident(book, change),
    again: book.touch,
    async stop() {
      stopped.abort()
      await loop.stop()
      await sending
    },
  }
}

/** An incident may have ended in the last moment of an earlier run, after its opening was reported and before its end was. */
async function closeWhatEnded(book: Book, store: Pick<Store, 'incidents'>, at: number): Promise<void> {
  for (const { key, on } of book.open('incident')) {
    const [incident] = on === null ? [] : await store.incidents({ id: on, limit: 1 })
    if (incident === undefined || incident.closedAt === null || !isOf(key, incident)) continue
    const { cluster, target } = incident
    closeIncident(book, { type: 'incident.closed', at, cluster, target, incident })
  }
}

function isOf(key: string, { cluster, target }: Incident): boolean {
  return key === `incident ${cluster}/${target}`
}
