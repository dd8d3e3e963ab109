import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import type { AccessConfig } from './find-cluster.ts'

/** Asked before each request: agent and headers, with a token that is valid now. */
export type Credentials = () => Promise<RequestOptions>

type Identity = Pick<AccessConfig, 'cluster' | 'user'>

/** Certificates, tokens, token files, credential plugins and proxies are the library's business. */
export function createCredentials(access: Identity): Credentials {
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      'current-context': 'it',
      contexts: [{ name: 'it', context: { cluster: access.cluster.name, user: access.user?.name ?? 'anonymous' } }],
      clusters: [access.cluster],
      users: [userOf(access)],
    }),
  )
  return async () => {
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    return options
  }
}

/** The library knows kubectl's `tokenFile` under another name, by which it reads the file again every minute. */
function userOf({ user }: Identity): object {
  if (!user) return { name: 'anonymous', user: {} }
  const { tokenFile, ...rest } = user.user
  if (!tokenFile) return user
  return { name: user.name, user: { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } }
}
