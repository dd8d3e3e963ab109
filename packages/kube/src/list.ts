import type { IncomingMessage } from 'node:http'
import type { ObjectSnapshot } from '@portolan/core'
import { readWithin, TooLong } from '@portolan/base'
import * as z from 'zod'
import { readAnswer } from './answer.ts'
import type { Connection } from './connection.ts'
import { Failure, unreachable } from './failure.ts'
import type { WatchedResource } from './resources.ts'
import { trimObject } from './trim-object.ts'

/** Objects a page: some megabytes of pods. */
const PAGE = 500
const MOST_PAGE_BYTES = 32 * 1024 * 1024
/** Far more than a cluster for development holds. */
const MOST_OBJECTS = 200_000

/** An object is found by its name. */
const namedObject = z.looseObject({ metadata: z.looseObject({ name: z.string().min(1) }) })

const pageOfObjects = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1), continue: z.string().optional() }),
  /** Some servers send null for none. */
  items: z.array(namedObject).nullable(),
})

type Page = z.infer<typeof pageOfObjects>

/**
 * The whole list, page by page: of each object only what is kept.
 *
 * @param version the state at exactly this resource version; null for the newest
 * @throws Failure; `rejected` when the list does not end within its bounds; `expired` when the version, or the list while it was read, grew too old
 */
export async function list(
  connection: Connection,
  resource: WatchedResource,
  version: string | null,
  signal: AbortSignal,
  heard: () => void,
): Promise<{ version: string; objects: ObjectSnapshot[] }> {
  const objects: ObjectSnapshot[] = []
  let query = new URLSearchParams({ limit: String(PAGE) })
  if (version !== null) {
    query.set('resourceVersion', version)
    query.set('resourceVersionMatch', 'Exact')
  }
  for (let pages = 1; ; pages += 1) {
    const page = await readPage(await connection.get(resource, query, signal), resource, connection, heard)
    for (const item of page.items ?? []) objects.push(trimObject(resource, item))
    const next = page.metadata.continue
    if (!next) return { version: page.metadata.resourceVersion, objects }
    if (pages * PAGE >= MOST_OBJECTS || objects.length > MOST_OBJECTS) throw endless(resource, connection)
    query = new URLSearchParams({ limit: String(PAGE), continue: next })
  }
}

function endless({ name }: WatchedResource, connection: Connection): Failure {
  return new Failure('rejected', `a list of more than ${MOST_OBJECTS} ${name} at ${connection.server()}`)
}

async function readPage(
  response: IncomingMessage,
  resource: WatchedResource,
  connection: Connection,
  heard: () => void,
): Promise<Page> {
  const server = connection.server()
  const body = await readWithin(overheard(response, heard), MOST_PAGE_BYTES).catch((error: unknown) => {
    if (error instanceof TooLong) throw new Failure('rejected', `${error.message} at ${server}`, error)
    throw unreachable(server, error)
  })
  return readAnswer(pageOfObjects, body.toString(), `a list of ${resource.name}`, server)
}

async function* overheard(body: AsyncIterable<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    heard()
    yield chunk
  }
}
