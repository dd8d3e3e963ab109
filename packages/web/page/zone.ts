import { useEffect, useState } from 'preact/hooks'

const KEPT = 'portolan.zone'
const watchers = new Set<(isUtc: boolean) => void>()
let isUtc = false

/** How far the times that are shown are ahead of UTC at that moment, ms: 0 where UTC was asked for. */
export function offsetAt(at: number): number {
  return isUtc ? 0 : -new Date(at).getTimezoneOffset() * 60_000
}

/** What this browser was asked for before. */
export function restoreZone(): void {
  isUtc = localStorage.getItem(KEPT) === 'utc'
}

/** Times in UTC instead of the browser's zone, remembered by the browser. */
export function toggleUtc(): void {
  isUtc = !isUtc
  localStorage.setItem(KEPT, isUtc ? 'utc' : 'local')
  for (const watcher of watchers) watcher(isUtc)
}

/** Whether times are in UTC; draws again when that changes. */
export function useUtc(): boolean {
  const [shown, setShown] = useState(isUtc)
  useEffect(() => {
    watchers.add(setShown)
    return () => void watchers.delete(setShown)
  }, [])
  return shown
}
