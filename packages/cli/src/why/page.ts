import { readWithin } from '@portolan/base'
import { PortolanError } from '@portolan/core'
import { keyInAddress } from '../page-key.ts'
import { openSession } from '../page-session.ts'

const MOST_BYTES = 16 * 1024 * 1024
const PATIENCE_MS = 10_000
const NEEDS_KEY = 'give its address with the key, or with a token of its cluster: --page ADDRESS#key=KEY'

/** Asks the API of the Portolan whose page is at an address, which may have `#key=` behind it. */
export interface AskedPage {
  /** Where it is, without the key. */
  address: string
  /** @throws PortolanError collector_away */
  read<T>(path: string, schema: { parse(document: unknown): T }): Promise<T>
}

/** @throws PortolanError collector_away, usage where it asks for a key and is given none that it takes */
export async function openPage(page: string): Promise<AskedPage> {
  const address = new URL(page).origin
  const key = keyInAddress(page)
  const session = key === null ? null : await openSession(address, key).catch(away)
  if (key !== null && session === null)
    throw new PortolanError('usage', `the page at ${address} does not accept this key`, NEEDS_KEY)

  function away(error: unknown): never {
    throw new PortolanError(
      'collector_away',
      `no Portolan answers at ${address}`,
      'to reach one in a cluster, start: portolan page',
      error,
    )
  }

  return {
    address,
    async read(path, schema) {
      const headers = session === null ? {} : { Authorization: `Bearer ${session}` }
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const answer = await fetch(new URL(path, address), { headers, signal, redirect: 'error' }).catch(away)
      if (answer.status === 401) throw new PortolanError('usage', `the page at ${address} asks for its key`, NEEDS_KEY)
      try {
        if (!answer.ok || answer.body === null) throw new Error(`answer ${answer.status}`)
        return schema.parse(JSON.parse((await readWithin(answer.body, MOST_BYTES)).toString('utf8')))
      } catch (error) {
        return away(error)
      }
    },
  }
}
