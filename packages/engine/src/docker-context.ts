import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { PortolanError } from '@portolan/core'
import { type Endpoint, parseHost, type TlsFiles } from './endpoint.ts'
import * as z from 'zod'
import { parseJson } from './json.ts'

/** The text of a file, null where it cannot be read. */
export type ReadText = (path: string) => string | null

/** The Docker CLI's folder of settings. */
export function dockerFolder(env: NodeJS.ProcessEnv, home: string): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker')
}

/** The context that `docker context use` chose; null for `default`, which stands for the usual socket. */
export function currentContext(folder: string, read: ReadText): string | null {
  const chosen = parseJson(configFile, read(join(folder, 'config.json')))?.currentContext
  return chosen === undefined || chosen === '' || chosen === 'default' ? null : chosen
}

/**
 * The engine of a Docker context, as the CLI stores it: `contexts/meta/SHA256-OF-NAME/meta.json`.
 *
 * @throws PortolanError engine_not_found without such a context, engine_unreachable for a host we cannot speak to
 */
export function contextEndpoint(name: string, folder: string, read: ReadText): Endpoint {
  const id = createHash('sha256').update(name).digest('hex')
  const file = join(folder, 'contexts', 'meta', id, 'meta.json')
  const docker = parseJson(contextFile, read(file))?.Endpoints?.docker
  if (docker?.Host === undefined) {
    throw new PortolanError(
      'engine_not_found',
      `The Docker context ${name} does not exist (looked into ${file})`,
      'List the contexts with: docker context ls\nThen choose one: docker context use NAME',
    )
  }
  const tls = readTls(join(folder, 'contexts', 'tls', id, 'docker'), docker.SkipTLSVerify !== true, read)
  return parseHost(docker.Host, tls.ca === null && tls.cert === null ? null : tls, `The host of Docker context ${name}`)
}

const configFile = z.object({ currentContext: z.string().optional() })

const contextFile = z.object({
  Endpoints: z
    .object({
      docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().nullish() }).optional(),
    })
    .optional(),
})

/** The three files that Docker's tools expect in a folder. */
export function readTls(folder: string, verify: boolean, read: ReadText): TlsFiles {
  const pem = (name: string) => read(join(folder, name))
  return { ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem'), verify }
}
