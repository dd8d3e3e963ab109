import { commandText, PortolanError } from '@portolan/core'
import { type Endpoint, nameOf } from './endpoint.ts'

/** An engine that was tried in vain. */
export interface Failure {
  endpoint: Endpoint
  error: unknown
  /** The group that may use the socket; null where that is unknown or nobody's business but root's. */
  group: string | null
}

/** What is wrong with all of them, and what to do: the one that is nearest to work decides. */
export function explainFailures(failures: Failure[]): PortolanError {
  const present = failures.filter((failure) => !isAbsent(failure))
  const forbidden = present.find(({ error }) => isForbidden(error))
  if (forbidden !== undefined) return forbiddenError(forbidden)
  return present.length === 0 ? notFoundError(failures) : unreachableError(present)
}

/** A command is looked for in every folder of PATH: one that may not be read hides nothing that worked before. */
function isAbsent({ endpoint, error }: Failure): boolean {
  return codeOf(error) === 'ENOENT' || (endpoint.kind === 'command' && isForbidden(error))
}

export function isForbidden(error: unknown): boolean {
  return codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM'
}

/** A failed request in a few words. */
export function describeFailure(error: unknown): string {
  return WORDS[codeOf(error)] ?? messageOf(error)
}

export function messageOf(error: unknown): string {
  return Error.isError(error) ? (error as Error).message : String(error)
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

const WORDS: Record<string, string> = {
  ENOENT: 'was not found',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'closed the connection',
  UND_ERR_SOCKET: 'closed the connection',
  ENOTSOCK: 'is not a socket',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer',
  ENOTFOUND: 'has a host name that does not resolve',
}

function notFoundError(failures: Failure[]): PortolanError {
  return new PortolanError(
    'engine_not_found',
    `No container engine was found. Tried:\n${listed(failures)}`,
    'Start Docker or Podman, or say where it listens: export DOCKER_HOST=unix:///PATH/docker.sock\nPodman: systemctl --user start podman.socket, and export KIND_EXPERIMENTAL_PROVIDER=podman',
  )
}

function forbiddenError({ endpoint, group, error }: Failure): PortolanError {
  const join =
    group === null
      ? ''
      : `Join the group ${group}: ${commandText(['sudo', 'usermod', '--append', `--groups=${group}`])} "$USER", then log in again.\nOr run`
  return new PortolanError(
    'engine_forbidden',
    `You may not use the container engine at ${nameOf(endpoint)} (permission denied)`,
    `${join || 'Run'} Portolan with sudo.`,
    error,
  )
}

function unreachableError(failures: Failure[]): PortolanError {
  return new PortolanError(
    'engine_unreachable',
    `The container engine does not answer:\n${listed(failures)}`,
    'Check whether it runs: docker version (or podman version). DOCKER_HOST and the current Docker context decide which one Portolan asks.',
    failures[0]?.error,
  )
}

function listed(failures: Failure[]): string {
  return failures.map(({ endpoint, error }) => `  ${nameOf(endpoint)}  ${describeFailure(error)}`).join('\n')
}
