import type { IncomingMessage } from 'node:http'
import { sizeText } from '@portolan/base'
import * as z from 'zod'
import { readAnswer } from './answer.ts'
import type { Connection } from './connection.ts'
import { Failure, refusedBy, unreachable } from './failure.ts'
import { WATCH_SECONDS } from './listening.ts'
import type { WatchedResource } from './resources.ts'

const version = z.string().min(1)

/** What a watch says: a change, or (BOOKMARK) only how far it has come. */
const word = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
    object: z.looseObject({ metadata: z.looseObject({ name: z.string().min(1), resourceVersion: version }) }),
  }),
  z.object({
    type: z.literal('BOOKMARK'),
    object: z.looseObject({ metadata: z.looseObject({ resourceVersion: version }) }),
  }),
])

export type Word = z.infer<typeof word>

const line = z.discriminatedUnion('type', [
  ...word.options,
  z.object({
    type: z.literal('ERROR'),
    object: z.object({ code: z.number().optional(), message: z.string().optional() }),
  }),
])

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
  for await (const text of linesOf(response, connection)) {
    const said = readAnswer(line, text, `a word of the watch of ${resource.name}`, connection.server())
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
