import { readWithin } from '@portolan/base'
import { TOKEN_HEADER } from '@portolan/core'
import type { Carry } from '@portolan/uplink'

/** An answer of a hub is some lines. */
const MOST_BYTES = 1024 * 1024

/**
 * Takes requests to a hub, and follows no redirection: the token is for that address alone.
 *
 * @param token is read anew for each request
 */
export function createHubCarry(hub: URL, token: () => string): Carry {
  return async ({ method, path, headers, body, signal }) => {
    const answer = await fetch(new URL(path.slice(1), withSlash(hub)), {
      method,
      headers: { ...headers, [TOKEN_HEADER]: token() },
      redirect: 'error',
      signal,
      ...(body !== undefined && { body }),
    }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : inWords(error)
    })
    const text = answer.body === null ? '' : (await readWithin(answer.body, MOST_BYTES)).toString()
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text }
  }
}

/** A hub may be below a path of its host. */
function withSlash(hub: URL): URL {
  return new URL(hub.pathname.endsWith('/') ? hub.pathname : `${hub.pathname}/`, hub)
}

/** fetch says "fetch failed", and why in its cause. */
function inWords(error: unknown): unknown {
  const cause = Error.isError(error) ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
  if (cause === undefined) return error
  return new Error(cause.message === '' ? (cause.code ?? 'it cannot be reached') : cause.message, { cause: error })
}
