const KEPT = 'portolan.zone'
const watchers = new Set<(isUtc: boolean) => void>()
let isUtc = false

/** How far the times that are shown are ahead of UTC at that moment, ms: 0 where UTC was asked for. */
export function offsetAt(at: number): number {
  return isUtc ? 0 : -new Date(at).getTimezoneOffset() * 60_000
}

/** Whether times are in UTC. */
export function showsUtc(): boolean {
  return isUtc
}

/** What this browser was asked for before. */
export function restoreZone(): void {
  isUtc = localStorage.getItem(KEPT) === 'utc'
}

/** Times in UTC instead of the browser's zone, and back; remembered by the browser. */
export function toggleUtc(): void {
  isUtc = !isUtc
  localStorage.setItem(KEPT, isUtc ? 'utc' : 'local')
  for (const watcher of watchers) watcher(isUtc)
}

/** @returns ends it */
export function onZone(watcher: (isUtc: boolean) => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}
