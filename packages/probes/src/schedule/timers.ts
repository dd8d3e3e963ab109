import type { Clock } from '@portolan/core'

/** Runs many things at their times with one timer; times are the clock's monotonic ones. */
export interface Timers {
  /** The answer cancels. */
  at(due: number, run: () => void): () => void
  /** Cancels everything. */
  clear(): void
}

interface Entry {
  due: number
  run: (() => void) | null
}

export function createTimers(clock: Clock): Timers {
  /** A binary heap, the earliest on top. */
  const heap: Entry[] = []
  let timer: { due: number; cancel: () => void } | null = null
  let firing = false

  function arm(): void {
    const due = heap[0]?.due
    if (firing || due === undefined || (timer !== null && timer.due <= due)) return
    timer?.cancel()
    timer = { due, cancel: clock.after(Math.max(0, Math.ceil(due - clock.monotonic())), fire) }
  }

  /** What becomes due meanwhile waits for the next turn, so that sockets get theirs. */
  function fire(): void {
    timer = null
    firing = true
    const now = clock.monotonic()
    for (let first = heap[0]; first !== undefined && first.due <= now; first = heap[0]) {
      removeFirst(heap)
      first.run?.()
    }
    firing = false
    arm()
  }

  return {
    at(due, run) {
      const entry: Entry = { due, run }
      insert(heap, entry)
      arm()
      return () => {
        entry.run = null
      }
    },
    clear() {
      heap.length = 0
      timer?.cancel()
      timer = null
    },
  }
}

function insert(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (heap[parent]!.due <= entry.due) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = entry
}

function removeFirst(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child += 1
    if (heap[child]!.due >= last.due) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
}
