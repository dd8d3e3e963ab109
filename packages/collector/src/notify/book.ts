import type { Notification } from '@portolan/core'

export type Subject = 'incident' | 'flapping' | 'risk'

/** What was said of one subject of one port, and what is still to be said. */
export interface Page {
  /** `SUBJECT CLUSTER/TARGET`. */
  key: string
  /** What was reported to be so, and of an incident which one it is; null: nothing. */
  on: string | null
  waiting: Notification | null
  /** When the last message about it was delivered; null for never. */
  sentAt: number | null
}

/** Which messages are to be sent, and when. Repeats of one subject of one port are one message. */
export interface Book {
  /** @param id which one it is: the same one is said once */
  begins(subject: Subject, id: string, notification: Omit<Notification, 'times'>): void
  /** Passed over where it was never said to be so. */
  ends(subject: Subject, notification: Omit<Notification, 'times'>): void
  /** What is said to be so of it; null: nothing. */
  on(subject: Subject, port: { cluster: string; target: string }): string | null
  /** What is said to be so, of every port. */
  open(subject: Subject): readonly Page[]
  /** The oldest messages that may go now. What was refused comes after all others, and alone. */
  due(now: number): Notification[]
  delivered(sent: readonly Notification[], now: number): void
  /** The receiver does not want all of them: none of them is to hold up another one. */
  refused(sent: readonly Notification[]): void
  /** How many messages were given up since this was asked last. */
  takeLeftOut(): number
  /** Pages that changed since this was asked last; null: the page is gone. */
  takeChanges(now: number): { key: string; page: Page | null }[]
  /** All of them count as changed. */
  touch(): void
}

/** So long after a message the next one about the same waits, and takes in what happens until then. */
const SPACING_MS = 60_000
const MOST_AT_ONCE = 20
const MOST_WAITING = 1000
const OLD_MS = 24 * 3_600_000
/** Nobody says any more whether it is still so: its cluster is gone. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000

export function createBook(kept: readonly Page[]): Book {
  const pages = new Map(kept.map((page) => [page.key, page]))
  const changed = new Set<string>()
  const unwanted = new WeakSet<Notification>()
  let leftOut = 0

  const keyOf = (subject: Subject, { cluster, target }: { cluster: string; target: string }) =>
    `${subject} ${cluster}/${target}`

  /** As they are now: a page that changes moves to the end. */
  const all = () => [...pages.values()]

  /** At the end, so that those who wait longest come first. */
  function turn(page: Page): void {
    pages.delete(page.key)
    pages.set(page.key, page)
    changed.add(page.key)
  }

  function giveUp(page: Page): void {
    leftOut += 1
    turn({ ...page, waiting: null })
  }

  function boundWaiting(): void {
    const waiting = all().filter((page) => page.waiting !== null)
    for (const page of waiting.slice(0, Math.max(0, waiting.length - MOST_WAITING))) giveUp(page)
  }

  return {
    begins(subject, id, notification) {
      const key = keyOf(subject, notification)
      const { on = null, waiting = null, sentAt = null } = pages.get(key) ?? {}
      if (on === id) return
      turn({ key, on: id, sentAt, waiting: { ...notification, times: (waiting?.times ?? 0) + 1 } })
      boundWaiting()
    },
    ends(subject, notification) {
      const page = pages.get(keyOf(subject, notification))
      if (page === undefined || page.on === null) return
      const wasGivenUp = page.waiting === null && page.sentAt === null
      if (wasGivenUp) return turn({ ...page, on: null })
      turn({ ...page, on: null, waiting: { ...notification, times: page.waiting?.times ?? 0 } })
    },
    on: (subject, port) => pages.get(keyOf(subject, port))?.on ?? null,
    open: (subject) => all().filter(({ key, on }) => on !== null && key.startsWith(`${subject} `)),
    due(now) {
      const old = all().filter(({ waiting }) => waiting !== null && now - waiting.at > OLD_MS)
      // What is so still begins once more.
      for (const page of old) giveUp({ ...page, on: null })
      const due = all().flatMap(({ waiting, sentAt }) =>
        waiting !== null && (sentAt === null || now - sentAt >= SPACING_MS || now < sentAt) ? [waiting] : [],
      )
      const fresh = due.filter((one) => !unwanted.has(one))
      return fresh.length > 0 ? fresh.slice(0, MOST_AT_ONCE) : due.slice(0, 1)
    },
    delivered(sent, now) {
      for (const page of all().filter((one) => sent.some((message) => isSame(message, one)))) {
        const isStill = sent.includes(page.waiting as Notification)
        turn({ ...page, waiting: isStill ? null : page.waiting, sentAt: now })
      }
    },
    refused(sent) {
      for (const one of sent) unwanted.add(one)
      for (const page of all()) if (page.waiting !== null && sent.includes(page.waiting)) turn(page)
    },
    takeLeftOut() {
      const count = leftOut
      leftOut = 0
      return count
    },
    takeChanges(now) {
      for (const { key, on, waiting, sentAt } of pages.values()) {
        const isGivenUp = on !== null && sentAt === null
        if (waiting !== null || isGivenUp || now - (sentAt ?? 0) < (on === null ? SPACING_MS : FORGOTTEN_MS)) continue
        pages.delete(key)
        changed.add(key)
      }
      const changes = [...changed].map((key) => ({ key, page: pages.get(key) ?? null }))
      changed.clear()
      return changes
    },
    touch: () => {
      for (const key of pages.keys()) changed.add(key)
    },
  }
}

/** A message about this page, whether or not a newer one waits by now. */
function isSame({ type, cluster, target }: Notification, { key }: Page): boolean {
  return key === `${type.split('.', 1)[0]} ${cluster}/${target}`
}
