import { createHash } from 'node:crypto'
import type { Answer } from '@portolan/core'
import type { HttpHead } from './http-answer.ts'

/** Pages differ in their beginnings, or are the same page. */
export const MARKED_BYTES = 512
const MOST_SHOWN = 150

/** What tells the page of a proxy from that of the application behind it, without keeping any of it. */
export function answerOf({ fields }: HttpHead, body: Buffer): Answer {
  const location = field(fields, 'location')
  // With a cookie or a query the client comes back with more than it came with; and a query may hold a secret.
  const isPlain = location !== undefined && !/[?#]/.test(location) && field(fields, 'set-cookie') === undefined
  return {
    server: (field(fields, 'server') ?? '').slice(0, 60),
    ...(isPlain && { location: location.slice(0, 300) }),
    body: createHash('sha256').update(body.subarray(0, MARKED_BYTES)).digest('hex').slice(0, 16),
  }
}

/** Where an answer sends its client, without the path, which may hold a secret; null where it stays, or names no place. */
export function originOf({ fields }: HttpHead): string | null {
  const place = URL.parse(field(fields, 'location') ?? '')
  return place?.protocol === 'http:' || place?.protocol === 'https:' ? place.origin.slice(0, MOST_SHOWN) : null
}

function field(fields: string, name: string): string | undefined {
  const found = new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(fields)?.[1]
  return found?.trim().replaceAll(/[^\x20-\x7e]/g, '.')
}
