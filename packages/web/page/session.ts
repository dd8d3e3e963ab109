/**
 * What this browser tab may do beyond what everybody may. No cookie, which would be sent to every port of the machine, and
 * in no place that other tabs read.
 */
const PLACE = 'portolan-session'

let session = read()
/** Where everybody reads, no request but one that writes brings it: whoever has taken the port hears nothing of it. */
let isForReading = false

export function keepSession(text: string): void {
  session = text
  try {
    sessionStorage.setItem(PLACE, text)
  } catch {
    // The browser keeps nothing for this page: it lasts until the tab is loaded again.
  }
}

export function readWithSession(): void {
  isForReading = true
}

/** @param writes whether the request writes */
export function withSession(given: HeadersInit, writes: boolean): Headers {
  const headers = new Headers(given)
  if (session !== null && (writes || isForReading)) headers.set('Authorization', `Bearer ${session}`)
  return headers
}

function read(): string | null {
  try {
    return sessionStorage.getItem(PLACE)
  } catch {
    return null
  }
}
