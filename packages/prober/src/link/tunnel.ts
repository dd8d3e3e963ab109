import { TOKEN_HEADER } from '@portolan/core'
import type { KubeClient } from '@portolan/kube'
import { type CarriedAnswer, type CarriedRequest, type Carry, flatHeaders } from '@portolan/uplink'
import type { AccessToken } from './access-token.ts'

/**
 * Reaches the collector of a cluster through the service proxy of its API server, never through a port under test.
 *
 * The answer throws PortolanError as KubeClient.proxyToService and AccessToken.current.
 */
export function createTunnel(options: {
  client: Pick<KubeClient, 'proxyToService'>
  token: AccessToken
  namespace: string
  /** As `https:NAME:PORT`. */
  service: string
}): Carry {
  const { client, token, namespace, service } = options

  async function ask(request: CarriedRequest, shown: string): Promise<CarriedAnswer> {
    const headers = { ...request.headers, [TOKEN_HEADER]: shown }
    const { status, headers: answered, body } = await client.proxyToService({ ...request, namespace, service, headers })
    return { status, headers: flatHeaders(answered), body: body.toString() }
  }

  return async (request) => {
    const shown = await token.current()
    const answer = await ask(request, shown)
    if (answer.status !== 401 && answer.status !== 403) return answer
    token.refused(shown)
    const other = await token.current()
    return other === shown ? answer : ask(request, other)
  }
}
