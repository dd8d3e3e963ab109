import { backoff } from '@portolan/base'
import { type Clock, type Log, OFFSET_HEADER, SENT_HEADER } from '@portolan/core'
import type { CarriedAnswer } from './carry.ts'
import { type Ask, complaintOf, fieldOf, readJson } from './ask.ts'

/** One batch to send. */
export interface Parcel {
  body: string
  /** The sequence of its last fact. */
  last: number
  facts: number
  /** It is stored: the next one. */
  done(): void
  /** It will never be taken: the next one. */
  refused(): void
}

/** Sends batches in their order, one at a time, each until it is acknowledged or refused for good. */
export interface Delivery {
  /** The collector is there. */
  open(): void
  /** What waits after a failure need not. */
  hurry(): void
  /** Nothing is sent until it is opened again. */
  close(): void
  /** There may be something to send. */
  pump(): void
  /** Resolves when nothing is left to send, or can be. */
  drained(): Promise<void>
  stop(): Promise<void>
}

const ANSWER_MS = 10_000
const LONGEST_WAIT_MS = 5000
const LONGEST_RETRY_AFTER_S = 60
/** What the collector will never take, however often it is sent. */
const REFUSALS: readonly number[] = [400, 413, 422]

export function createDelivery(options: {
  clock: Clock
  log: Log
  ask: Ask
  random: () => number
  offsetMs(): number | null
  /** The next one; the same again until it is done. */
  next(): Parcel | null
  onStored(): void
  onRefused(): void
  /** There was no answer. */
  onSilence(): void
}): Delivery {
  const { clock, log } = options
  let failures = 0
  const stopped = new AbortController()
  let isOpen = false
  let sending: Promise<void> | null = null
  let cancelRetry: (() => void) | null = null
  let drained = Promise.withResolvers<void>()

  function pump(): void {
    if (!isOpen || sending !== null || cancelRetry !== null || stopped.signal.aborted) return
    const parcel = options.next()
    if (parcel === null) return drained.resolve()
    sending = send(parcel).then((waitMs) => {
      sending = null
      if (waitMs > 0) retryIn(waitMs)
      else pump()
    })
  }

  /** @returns how long to wait before the next one, ms */
  async function send({ body, last, facts, done, refused }: Parcel): Promise<number> {
    const offset = options.offsetMs()
    const headers = {
      'content-type': 'application/json',
      [SENT_HEADER]: String(clock.now()),
      ...(offset !== null && { [OFFSET_HEADER]: String(offset) }),
    }
    const request = { method: 'POST' as const, path: '/api/v1/ingest', headers, body, timeoutMs: ANSWER_MS }
    const answer = await options.ask(request, stopped.signal)
    if (answer.status === null) {
      if (!stopped.signal.aborted) options.onSilence()
      return nextWaitMs()
    }
    if (acknowledges(answer, last)) {
      failures = 0
      done()
      options.onStored()
      return 0
    }
    if (REFUSALS.includes(answer.status)) {
      log.error({ facts }, `a batch was refused and is left out: ${complaintOf(answer)}`)
      refused()
      options.onRefused()
      return 0
    }
    log.debug({}, `a batch has to wait: ${complaintOf(answer)}`)
    return Math.max(nextWaitMs(), retryAfterMs(answer))
  }

  function nextWaitMs(): number {
    return backoff(failures++, LONGEST_WAIT_MS, options.random)
  }

  function retryIn(ms: number): void {
    if (stopped.signal.aborted) return
    cancelRetry = clock.after(ms, () => {
      cancelRetry = null
      pump()
    })
  }

  function forgetRetry(): void {
    cancelRetry?.()
    cancelRetry = null
  }

  return {
    open() {
      isOpen = true
      pump()
    },
    hurry() {
      failures = 0
      forgetRetry()
      pump()
    },
    close() {
      isOpen = false
      drained.resolve()
    },
    pump,
    drained() {
      drained = Promise.withResolvers()
      if (!isOpen) drained.resolve()
      pump()
      return drained.promise
    },
    async stop() {
      stopped.abort()
      forgetRetry()
      await sending
    },
  }
}

function acknowledges({ status, body }: CarriedAnswer, last: number): boolean {
  const acknowledged = fieldOf(readJson(body), 'acknowledged')
  return status === 200 && typeof acknowledged === 'number' && acknowledged >= last
}

/** Only the form in seconds, which is what the collector says. */
function retryAfterMs({ status, headers }: CarriedAnswer): number {
  const seconds = Number(headers['retry-after'])
  return status === 429 && seconds > 0 ? Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000 : 0
}
