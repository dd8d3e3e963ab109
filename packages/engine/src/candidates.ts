import { join } from 'node:path'
import { contextEndpoint, currentContext, dockerFolder, type ReadText, readTls } from './docker-context.ts'
import { type Endpoint, nameOf, parseHost, type TlsFiles } from './endpoint.ts'

/** What decides where an engine is looked for. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  home: string
  /** Of the user; null where there is none. */
  uid: number | null
  read: ReadText
}

/** Engines worth a try, in this order. One that was named outright stands alone. */
export function findCandidates(surroundings: Surroundings): Endpoint[] {
  const provider = surroundings.env['KIND_EXPERIMENTAL_PROVIDER'] ?? ''
  if (provider === 'docker') return withoutRepeats(dockerCandidates(surroundings))
  if (provider === 'podman') return withoutRepeats(podmanCandidates(surroundings))
  if (NERDCTL_COMMANDS.has(provider)) return [{ kind: 'command', command: provider }]
  const docker = dockerCandidates(surroundings)
  if (namesDocker(surroundings.env)) return docker
  // A Podman on another machine is no reason to complain while nobody asked for Podman.
  const podman = surroundings.env['CONTAINER_HOST']?.startsWith('ssh:') ? [] : podmanCandidates(surroundings)
  return withoutRepeats([...docker, ...podman, { kind: 'command', command: 'nerdctl' }])
}

/** The commands that kind accepts as its nerdctl provider. */
const NERDCTL_COMMANDS: ReadonlySet<string> = new Set(['nerdctl', 'finch', 'nerdctl.lima'])

function namesDocker(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['DOCKER_HOST'] || env['DOCKER_CONTEXT'])
}

/** As the Docker CLI decides, and then the usual places, since a context may outlive its engine. */
function dockerCandidates({ env, home, read }: Surroundings): Endpoint[] {
  const folder = dockerFolder(env, home)
  if (env['DOCKER_HOST']) return [parseHost(env['DOCKER_HOST'], environmentTls(env, folder, read), 'DOCKER_HOST')]
  if (env['DOCKER_CONTEXT'] && env['DOCKER_CONTEXT'] !== 'default') {
    return [contextEndpoint(env['DOCKER_CONTEXT'], folder, read)]
  }
  const context = env['DOCKER_CONTEXT'] ? null : currentContext(folder, read)
  return [...(context === null ? [] : [contextEndpoint(context, folder, read)]), ...sockets(dockerSockets(env, home))]
}

function dockerSockets(env: NodeJS.ProcessEnv, home: string): (string | null)[] {
  return [
    '/var/run/docker.sock',
    inFolder(env['XDG_RUNTIME_DIR'], 'docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.rd/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'colima/default/docker.sock'),
  ]
}

function podmanCandidates({ env, home, uid, read }: Surroundings): Endpoint[] {
  if (env['CONTAINER_HOST']) {
    return [parseHost(env['CONTAINER_HOST'], environmentTls(env, dockerFolder(env, home), read), 'CONTAINER_HOST')]
  }
  return sockets([
    inFolder(env['XDG_RUNTIME_DIR'], 'podman/podman.sock'),
    uid === null ? null : `/run/user/${uid}/podman/podman.sock`,
    '/run/podman/podman.sock',
    inFolder(env['TMPDIR'], 'podman/podman-machine-default-api.sock'),
    join(home, '.local/share/containers/podman/machine/podman.sock'),
    join(home, '.local/share/containers/podman/machine/qemu/podman.sock'),
  ])
}

/** Docker's own variables: a folder of PEM files, and whether to check the engine's certificate. */
function environmentTls(env: NodeJS.ProcessEnv, folder: string, read: ReadText): TlsFiles | null {
  const verify = Boolean(env['DOCKER_TLS_VERIFY'])
  if (!verify && !env['DOCKER_CERT_PATH']) return null
  return readTls(env['DOCKER_CERT_PATH'] || folder, verify, read)
}

function inFolder(folder: string | undefined, path: string): string | null {
  return folder ? join(folder, path) : null
}

function sockets(paths: (string | null)[]): Endpoint[] {
  return paths.filter((path) => path !== null).map((path) => ({ kind: 'unix', path }))
}

function withoutRepeats(endpoints: Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((endpoint) => [nameOf(endpoint), endpoint])).values()]
}
