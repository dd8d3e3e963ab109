import type { IncomingMessage } from 'node:http'
import { readBeginning } from '@portolan/base'
import type { Symptom } from '@portolan/core'
import type { Connection } from '../connection.ts'
import { readStatus, type Status } from '../status.ts'
import { type PodPort, podPath, WayRefused } from './pod-port.ts'

/** What a pod answered to a GET through the API server. */
export interface PodAnswer {
  symptom: Symptom
  /** Of an answer of the pod itself. */
  status?: number
  /** The API server's own words where none came. */
  detail?: string
}

const MOST_BYTES = 16 * 1024

/**
 * Asks a pod by HTTP through the API server, which dials the pod's own address.
 *
 * Source: Kubernetes, the subresource `pods/proxy`; what it says of a pod that does not answer: measured on kind.
 *
 * @throws {WayRefused} the API server does not let us, or knows no such pod
 * @throws Failure when the API server does not answer; the signal's reason as it aborts
 */
export async function askPod(
  connection: Connection,
  { namespace, pod, port }: PodPort,
  { scheme, path, signal }: { scheme: 'http' | 'https'; path: string; signal: AbortSignal },
): Promise<PodAnswer> {
  const name = `${scheme === 'https' ? 'https:' : ''}${pod}:${port}`
  const asked = `${podPath(namespace, name)}/proxy${withinThePod(path)}`
  return readAnswer(await connection.request({ method: 'GET', path: asked, signal }))
}

/** An annotation chooses the path: with `..` in it, it would lead out of the pod, to whatever the API server has. */
function withinThePod(path: string): string {
  const { pathname, search } = new URL(path, 'http://pod')
  return pathname + search
}

async function readAnswer(response: IncomingMessage): Promise<PodAnswer> {
  const { statusCode: status = 0 } = response
  if (status < 400) {
    response.destroy()
    return { symptom: 'ok', status }
  }
  const said = readStatus(await readBeginning(response, MOST_BYTES))
  return said === null ? { symptom: 'ok', status } : readRefusal(said, status)
}

/** A pod may answer as the API server does: then it is what the API server would have said. */
function readRefusal(said: Status, status: number): PodAnswer {
  const [, trouble] = /^error trying to reach service: ([^]*)/.exec(said.message) ?? []
  if (trouble !== undefined) return { symptom: symptomOf(trouble), detail: trouble.slice(0, 200) }
  if (said.code === 401 || said.code === 403 || said.code === 404) throw new WayRefused(said.code, said.message)
  return { symptom: 'ok', status }
}

const WORDS: readonly [RegExp, Symptom][] = [
  [/connection refused/, 'refused'],
  [/i\/o timeout|deadline exceeded/, 'connect_timeout'],
  [/no route to host|network is unreachable|host is down/, 'unreachable'],
  [/connection reset|broken pipe/, 'reset'],
  [/EOF/, 'closed'],
  // Bytes came, even if they are no HTTP: something listens there.
  [/malformed HTTP|gave HTTP response|first record does not look like a TLS handshake/, 'ok'],
]

function symptomOf(trouble: string): Symptom {
  return WORDS.find(([pattern]) => pattern.test(trouble))?.[1] ?? 'local_error'
}
