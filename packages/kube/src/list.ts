import type { IncomingMessage } from 'node:http'
import type { Connection } from './connection.ts'
import { Failure, unreachable } from './failure.ts'
import type { WatchedResource } from './resources.ts'

/** Objects a page: some megabytes of pods. */
const PAGE = 500

interface Page {
  metadata: { resourceVersion: string; continue?: string }
  /** Some servers send null for none. */
  items: unknown[] | null
}

/**
 * The whole list, page by page.
 *
 * @param version the state at exactly this resource version; null for the newest
 * @throws Failure; `expired` when the version, or the list while it was read, grew too old
 */
export async function list(
  connection: Connection,
  resource: WatchedResource,
  version: string | null,
  signal: AbortSignal,
  heard: () => void,
): Promise<{ version: string; items: unknown[] }> {
  const items: unknown[] = []
  let query = new URLSearchParams({ limit: String(PAGE) })
  if (version !== null) {
    query.set('resourceVersion', version)
    query.set('resourceVersionMatch', 'Exact')
  }
  for (;;) {
    const page = await readPage(await connection.get(resource, query, signal), connection, heard)
    items.push(...(page.items ?? []))
    const next = page.metadata.continue
    if (!next) return { version: page.metadata.resourceVersion, items }
    query = new URLSearchParams({ limit: String(PAGE), continue: next })
  }
}

async function readPage(response: IncomingMessage, connection: Connection, heard: () => void): Promise<Page> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) {
      heard()
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    throw unreachable(connection.server(), error)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as Page
  } catch (error) {
    throw new Failure('rejected', `an answer that is no JSON at ${connection.server()}`, error)
  }
}
