import { PortolanError } from '@portolan/core'

/** Where an engine listens, or the command that speaks for it. */
export type Endpoint =
  | { kind: 'unix'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsFiles | null }
  | { kind: 'command'; command: string }

/** PEM files; those that are null are not used. */
export interface TlsFiles {
  ca: string | null
  cert: string | null
  key: string | null
  /** Check the engine's certificate. */
  verify: boolean
}

/** For messages, and in the form that `DOCKER_HOST` takes. */
export function nameOf(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.path}`
    case 'tcp':
      return `tcp://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`
    case 'command':
      return endpoint.command
  }
}

/**
 * Reads a `DOCKER_HOST` or `CONTAINER_HOST`.
 *
 * @param from where it was said, for messages
 * @throws PortolanError engine_unreachable for what we cannot speak (ssh, npipe)
 */
export function parseHost(host: string, tls: TlsFiles | null, from: string): Endpoint {
  if (host.startsWith('/')) return { kind: 'unix', path: host }
  const [, scheme, rest = ''] = /^(\w+):\/\/(.*)$/.exec(host) ?? []
  if (scheme === 'unix' && rest.startsWith('/')) return { kind: 'unix', path: rest }
  if (scheme === 'ssh') {
    throw new PortolanError(
      'engine_unreachable',
      `${from} is ${host}, and Portolan does not speak ssh to an engine`,
      `Run Portolan on that machine, where the mapped ports are, or forward the socket and name it:\n  ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock ${rest.replace(/\/.*$/, '')} &\n  export ${VARIABLES.has(from) ? from : 'DOCKER_HOST'}=unix:///tmp/engine.sock`,
    )
  }
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const secured = tls ?? (scheme === 'https' ? { ca: null, cert: null, key: null, verify: true } : null)
    const url = URL.parse(`tcp://${rest}`) // of a scheme that has no default port
    if (url !== null && url.hostname !== '') {
      const port = url.port === '' ? (secured === null ? 2375 : 2376) : Number(url.port)
      return { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, tls: secured }
    }
  }
  throw new PortolanError(
    'engine_unreachable',
    `${from} is ${JSON.stringify(host)}, which names no engine that Portolan can speak to`,
    'Use unix:///PATH or tcp://HOST:PORT. On Windows, run Portolan inside WSL.',
  )
}

const VARIABLES: ReadonlySet<string> = new Set(['DOCKER_HOST', 'CONTAINER_HOST'])
