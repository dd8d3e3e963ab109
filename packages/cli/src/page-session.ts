import { randomBytes } from 'node:crypto'
import { proofOf, writeSession } from '@portolan/collector'
import { readWithin } from '@portolan/base'
import * as z from 'zod'

const PATIENCE_MS = 10_000
const MOST_BYTES = 64 * 1024
/** As long as one request may take to arrive. */
const ONE_REQUEST_MS = 60_000

const opened = z.object({ session: z.string().regex(/^[\w.-]{1,1000}$/) })
const answered = z.object({ proofs: z.array(z.string()) })

/**
 * Exchanges a key or a token at the page with this address. A redirect is not followed: it would take the key along.
 *
 * @returns null where the page does not take it
 * @throws Error where it does not answer, or not as it has to
 */
export async function openSession(page: string, key: string): Promise<string | null> {
  const answer = await fetch(new URL('/api/v1/session', page), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key }),
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (answer.status === 403) return null
  return opened.parse(await readJson(answer)).session
}

/** Whether the one that answers at this address has the key, which is not shown to it. @throws Error where nobody answers */
export async function hasKey(page: string, key: string): Promise<boolean> {
  const nonce = randomBytes(24).toString('base64url')
  const address = new URL(page)
  const answer = await fetch(new URL(`/api/v1/proof?nonce=${nonce}`, address), {
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const expected = proofOf(key, nonce, Number(address.port || 80))
  return answered.safeParse(await readJson(answer).catch(() => null)).data?.proofs.includes(expected) ?? false
}

/** What lets its holder write for one request: of no use to others soon, and the key does not follow from it. */
export function sessionForOneRequest(key: string, now: number): string {
  return writeSession({ until: now + ONE_REQUEST_MS, writes: true, who: null }, key)
}

async function readJson({ ok, status, body }: Response): Promise<unknown> {
  if (!ok || body === null) throw new Error(`answer ${status}`)
  return JSON.parse((await readWithin(body, MOST_BYTES)).toString('utf8'))
}
