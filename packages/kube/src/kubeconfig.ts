import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { commandText, PortolanError } from '@portolan/core'
import { parse } from 'yaml'

interface Named {
  name: string
}

export interface ClusterEntry extends Named {
  cluster: { server: string } & Record<string, unknown>
}

export interface UserEntry extends Named {
  user: Record<string, unknown>
}

export interface ContextEntry extends Named {
  context: { cluster: string; user?: string }
}

/** What several kubeconfig files say together: of two entries with one name the first counts, as for kubectl. */
export interface Kubeconfig {
  /** The files that exist, in order. */
  files: string[]
  contexts: ContextEntry[]
  clusters: ClusterEntry[]
  users: UserEntry[]
}

/**
 * Files that do not exist are left out. Paths inside come out absolute.
 *
 * @throws PortolanError kubeconfig_invalid: a file cannot be read, or is no kubeconfig
 */
export function readKubeconfig(paths: string[]): Kubeconfig {
  const merged: Kubeconfig = { files: [], contexts: [], clusters: [], users: [] }
  for (const path of paths) {
    const text = readIfThere(path)
    if (text === null) continue
    const document = parseDocument(path, text)
    merged.files.push(path)
    merged.contexts.push(...entries<ContextEntry>(document['contexts'], 'context'))
    merged.clusters.push(...entries<ClusterEntry>(document['clusters'], 'cluster').map(absolute(path, 'cluster')))
    merged.users.push(...entries<UserEntry>(document['users'], 'user').map(absolute(path, 'user')))
  }
  return merged
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return null
    throw new PortolanError(
      'kubeconfig_invalid',
      `The kubeconfig ${path} cannot be read (${code}).`,
      'Check its permissions.',
      cause,
    )
  }
}

function parseDocument(path: string, text: string): Record<string, unknown> {
  try {
    const document: unknown = parse(text)
    if (document === null) return {} // kubectl leaves an empty file behind when the last cluster is deleted
    if (typeof document === 'object' && !Array.isArray(document)) return document as Record<string, unknown>
  } catch (cause) {
    throw invalid(path, (cause as Error).message.split('\n')[0] ?? '', cause)
  }
  throw invalid(path, 'it holds no YAML mapping')
}

function invalid(path: string, why: string, cause?: unknown): PortolanError {
  return new PortolanError(
    'kubeconfig_invalid',
    `${path} is not a kubeconfig: ${why.replace(/[.:]$/, '')}.`,
    `Look at it with: ${commandText(['kubectl', `--kubeconfig=${path}`, 'config', 'view'])}`,
    cause,
  )
}

/** Entries without a name or a body are of no use to anybody: they are left out. */
function entries<T extends Named>(list: unknown, body: string): T[] {
  if (!Array.isArray(list)) return []
  return list.filter((entry) => typeof entry?.name === 'string' && typeof entry[body] === 'object' && entry[body])
}

/** Paths in a kubeconfig are relative to its folder; so is a credential plugin that is named with a slash. */
function absolute<Body extends string>(file: string, body: Body) {
  const resolve = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path))
  return <T extends Named & Record<Body, Record<string, unknown>>>(entry: T): T => {
    const resolved: Record<string, unknown> = { ...entry[body] }
    for (const key of ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'])
      if (typeof resolved[key] === 'string') resolved[key] = resolve(resolved[key])
    const exec = resolved['exec'] as { command?: unknown } | null | undefined
    if (typeof exec?.command === 'string' && exec.command.includes('/'))
      resolved['exec'] = { ...exec, command: resolve(exec.command) }
    return { ...entry, [body]: resolved }
  }
}
