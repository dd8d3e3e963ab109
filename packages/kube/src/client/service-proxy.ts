import { commandText, PortolanError } from '@portolan/core'
import { readStatus, type Status } from '../status.ts'
import { type Answer, type Ask, refusedWith } from './ask.ts'

export interface ProxiedRequest {
  namespace: string
  /** As `http:NAME:PORT`. */
  service: string
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  body?: string | Uint8Array
  signal: AbortSignal
}

/**
 * Asks a service in the cluster through the API server, which takes `Authorization` away on the way.
 *
 * @returns what the service answered, whatever its status
 * @throws PortolanError api_unreachable, api_forbidden, api_not_found (there is no such service), service_unready (none of
 *   its pods is ready, or it does not answer): what the API server said itself
 */
export async function proxyToService(ask: Ask, context: string, asked: ProxiedRequest): Promise<Answer> {
  const { namespace, service, path, ...rest } = asked
  const answer = await ask({ ...rest, path: `/api/v1/namespaces/${namespace}/services/${service}/proxy${path}` })
  const status = answer.status < 400 ? null : readStatus(answer.body.toString())
  if (status === null) return answer
  if (isUnready(status)) throw unready(status, asked, context)
  throw refusedWith(hasNoPort(status) ? { ...status, code: 404 } : status, context)
}

/** `no endpoints available for service`, or `error trying to reach service`. */
function isUnready({ code, message }: Status): boolean {
  return code >= 500 && /no endpoints available for service|error trying to reach service/.test(message)
}

function hasNoPort({ code, message }: Status): boolean {
  return code === 503 && message.startsWith('no service port')
}

function unready({ message }: Status, { namespace }: ProxiedRequest, context: string): PortolanError {
  const scope = [`--context=${context}`, `--namespace=${namespace}`]
  return new PortolanError(
    'service_unready',
    `The API server answers: ${message}.`,
    `See how its pods are: ${commandText(['kubectl', ...scope, 'get', 'pods', '--output=wide'])}`,
  )
}
