/**
 * What this browser tab may do beyond what everybody may. No cookie, which would be sent to every port of the machine, and
 * in no place that outlives the tab.
 */
const PLACE = 'portolan-session'

/** To the other tabs that show this page, at this very port. */
const tabs = new BroadcastChannel(PLACE)
const WANTED = 'wanted'
const ANSWER_MS = 500

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

/** From now on reading asks for it: a tab without one takes that of another tab. */
export async function readWithSession(): Promise<void> {
  isForReading = true
  if (session !== null) return
  const { promise, resolve } = Promise.withResolvers<void>()
  tabs.addEventListener('message', ({ data }) => {
    if (data === WANTED) return
    if (session === null) keepSession(String(data))
    resolve()
  })
  tabs.postMessage(WANTED)
  setTimeout(resolve, ANSWER_MS)
  return promise
}

tabs.addEventListener('message', ({ data }) => {
  if (data === WANTED && session !== null && isForReading) tabs.postMessage(session)
})

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
