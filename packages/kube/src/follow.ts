import type { IncomingMessage } from 'node:http'
import { sizeText } from './bounded-body.ts'
import type { Connection } from './connection.ts'
import { Failure, refusedBy, unreachable } from './failure.ts'
import { WATCH_SECONDS } from './listening.ts'
import type { WatchedResource } from './resources.ts'

/** What a watch says: a change, or (BOOKMARK) only how far it has come. */
export interface Word {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  object: { metadata: { resourceVersion: string } }
}

type Line = Word | { type: 'ERROR'; object: { code?: number; message?: string } }

/**
 * One watch request from `version` on, until the server ends it.
 *
 * @throws Failure: `rejected` when it says something that no object can be, `expired` when the version is too old, `dropped` when the connection broke off after it was open
 */
export async function follow(
  connection: Connection,
  resource: WatchedResource,
  version: string,
  signal: AbortSignal,
  on: { open(): void; word(word: Word): void },
): Promise<void> {
  const query = new URLSearchParams({
    watch: 'true',
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH_SECONDS),
  })
  const response = await connection.get(resource, query, signal)
  on.open()
  for await (const line of linesOf(response, connection)) {
    const said = parse(line, connection)
    if (said.type === 'ERROR')
      throw refusedBy(connection.server(), said.object.code ?? 0, said.object.message ?? '', resource.name)
    on.word(said)
  }
}

/** Characters. Kubernetes takes objects of up to 3 MiB. */
const LONGEST_LINE = 8 * 1024 * 1024
const TOO_LONG = `a watch with a line of more than ${sizeText(LONGEST_LINE)}`

async function* linesOf(response: IncomingMessage, connection: Connection): AsyncGenerator<string> {
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of response) {
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw new Failure('rejected', `${TOO_LONG} at ${connection.server()}`)
      yield* lines.filter((line) => line !== '')
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('dropped', unreachable(connection.server(), error).message, error)
  }
}

function parse(line: string, connection: Connection): Line {
  try {
    return JSON.parse(line) as Line
  } catch (error) {
    throw new Failure('rejected', `a watch that is no JSON at ${connection.server()}`, error)
  }
}
