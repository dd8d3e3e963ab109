import type { Clock } from '@portolan/core'

/** The time of everything simulated: it passes from event to event, and what is due together comes in an order of the seed's. */
export interface SimulatedTime {
  /** How much of it has passed, ms. */
  passed(): number
  after(ms: number, run: () => void): () => void
  /** A promise was settled by something else than an event. */
  touch(): void
  /** Lets time pass; what waits for promises alone gets as far as it can after each event. */
  run(forMs: number): Promise<void>
  /** Events that wait. */
  pending(): number
}

interface Event {
  due: number
  order: number
  run: (() => void) | null
}

export function createTime(random: () => number): SimulatedTime {
  /** A binary heap, the earliest on top. */
  const heap: Event[] = []
  let now = 0
  let waiting = 0
  let isTouched = false

  const isBefore = (one: Event, other: Event) =>
    one.due < other.due || (one.due === other.due && one.order < other.order)

  function push(event: Event): void {
    let at = heap.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(event, heap[parent] as Event)) break
      heap[at] = heap[parent] as Event
      at = parent
    }
    heap[at] = event
  }

  function pop(): void {
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child += 1
      if (!isBefore(heap[child] as Event, last)) break
      heap[at] = heap[child] as Event
      at = child
    }
    heap[at] = last
  }

  return {
    passed: () => now,
    after(ms, run) {
      const event: Event = { due: now + Math.max(0, ms), order: random(), run }
      waiting += 1
      push(event)
      return () => {
        if (event.run !== null) waiting -= 1
        event.run = null
      }
    },
    touch() {
      isTouched = true
    },
    async run(forMs) {
      const until = now + forMs
      for (let first = heap[0]; first !== undefined && first.due <= until; first = heap[0]) {
        pop()
        if (first.run === null) continue
        now = first.due
        const { run } = first
        first.run = null
        waiting -= 1
        run()
        if (!isTouched) continue
        isTouched = false
        await new Promise(setImmediate)
      }
      now = until
    },
    pending: () => waiting,
  }
}

/** The clock of one machine, which somebody may set. */
export interface MachineClock extends Clock {
  set(byMs: number): void
  /** Nothing on it that waits for its time gets any for so long. */
  stall(ms: number): void
  onSet(listener: (byMs: number) => void): () => void
  /** The same time as if nobody ever set it. */
  steady: QuietClock
  /** The same for what waits for no promise. */
  quiet: QuietClock['quiet']
}

export interface QuietClock extends Clock {
  /** The same timers, where nothing that is started waits for a promise: they cost less. */
  quiet: Clock['after']
}

const EPOCH = 1_700_000_000_000

/** @param aheadMs of the true time */
export function createMachineClock(time: SimulatedTime, aheadMs: number): MachineClock {
  const listeners = new Set<(byMs: number) => void>()
  let ahead = EPOCH + aheadMs
  const monotonic = time.passed
  let stalledUntil = 0

  function quiet(ms: number, run: () => void): () => void {
    let cancel = time.after(ms, function come() {
      const lateMs = stalledUntil - time.passed()
      if (lateMs > 0) cancel = time.after(lateMs, come)
      else run()
    })
    return () => cancel()
  }

  const after: Clock['after'] = (ms, run) =>
    quiet(ms, () => {
      time.touch()
      run()
    })
  const begun = ahead
  return {
    now: () => Math.round(ahead + time.passed()),
    monotonic,
    after,
    set(byMs) {
      ahead += byMs
      for (const listener of listeners) listener(byMs)
    },
    onSet(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stall(ms) {
      stalledUntil = Math.max(stalledUntil, time.passed() + ms)
    },
    quiet,
    steady: { now: () => Math.round(begun + time.passed()), monotonic, after, quiet },
  }
}
