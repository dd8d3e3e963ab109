import { readWithin } from '@portolan/base'
import * as z from 'zod'
import { readAnswer } from './answer.ts'
import type { Connection } from './connection.ts'
import { unreachable } from './failure.ts'
import type { WatchedResource } from './resources.ts'

const MOST_BYTES = 4 * 1024 * 1024

const kinds = z.object({ resources: z.array(z.looseObject({ name: z.string() })).nullable() })

/**
 * Whether the API server knows the kind at all. Asked before it is listed: who may not list it is refused in either case.
 *
 * @throws Failure
 */
export async function isServed(
  connection: Connection,
  { path, name }: WatchedResource,
  signal: AbortSignal,
): Promise<boolean> {
  const group = path.slice(0, path.lastIndexOf('/'))
  const response = await connection.request({ method: 'GET', path: group, signal })
  const server = connection.server()
  const body = await readWithin(response, MOST_BYTES).catch((error: unknown) => {
    throw unreachable(server, error)
  })
  if (response.statusCode === 404) return false
  // Who may not even ask learns from the list what there is.
  if (response.statusCode !== 200) return true
  const { resources } = readAnswer(kinds, body.toString(), `the kinds of ${group}`, server)
  return (resources ?? []).some((one) => one.name === name)
}
