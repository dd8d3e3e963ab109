/** The head of an HTTP/1.1 answer. */
export interface HttpHead {
  status: number
  reason: string
  /** In lower case, with their names; read on demand. */
  fields: string
  /** Where the body begins. */
  bodyAt: number
}

/** Longer heads are judged by their status line alone. */
const HEAD_LIMIT = 16_384

const INFORMATIONAL = /^1(?!01)\d\d$/

/**
 * The final answer's head, informational ones (RFC 9110 15.2) skipped.
 *
 * @returns null while it is incomplete
 */
export function readHead(received: Buffer, from = 0): HttpHead | null {
  let end = received.indexOf('\r\n\r\n', from)
  let bodyAt = end + 4
  if (end < 0) {
    if (received.length - from < HEAD_LIMIT) return null
    end = bodyAt = received.length
  }
  const text = received.toString('latin1', from, end)
  const line = text.indexOf('\r\n')
  const statusLine = line < 0 ? text : text.slice(0, line)
  const code = statusLine.slice(9, 12)
  if (INFORMATIONAL.test(code)) return readHead(received, bodyAt)
  const status = /^\d{3}$/.test(code) ? Number(code) : Number.NaN
  return { status, reason: statusLine.slice(13, 113), fields: line < 0 ? '' : text.slice(line), bodyAt }
}

/** As much of the body as was received, and whether that is all of it. */
export function readBody(
  received: Buffer,
  head: HttpHead,
): { body: Buffer; complete: boolean; ends: 'stated' | 'close' } {
  const body = received.subarray(head.bodyAt)
  if (head.status === 204 || head.status === 304) return { body, complete: true, ends: 'stated' }
  if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head.fields)) return { ...joinChunks(body), ends: 'stated' }
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head.fields)?.[1]
  if (length === undefined) return { body, complete: false, ends: 'close' }
  return { body: body.subarray(0, Number(length)), complete: body.length >= Number(length), ends: 'stated' }
}

/** RFC 9112 7.1; trailers are of no interest. */
function joinChunks(raw: Buffer): { body: Buffer; complete: boolean } {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const line = raw.indexOf('\r\n', at)
    if (line < 0) break
    const size = Number.parseInt(raw.toString('latin1', at, line), 16)
    if (!(size > 0)) return { body: Buffer.concat(chunks), complete: size === 0 }
    chunks.push(raw.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
    if (at > raw.length) break
  }
  return { body: Buffer.concat(chunks), complete: false }
}
