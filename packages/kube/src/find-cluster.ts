import { delimiter, join } from 'node:path'
import { commandText, PortolanError } from '@portolan/core'
import { readKubeconfig } from './kubeconfig.ts'
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from './kubeconfig.ts'

/** The way to one cluster's API server. */
export interface KubeAccess {
  context: string
  /** As `https://127.0.0.1:40123`. */
  server: string
  config: AccessConfig
}

/** Opaque outside this package. */
export interface AccessConfig {
  /** Those that it was read from: where one of them changed it is worth reading again. */
  files: string[]
  cluster: ClusterEntry
  /** null: the context names none, the API server takes us as anonymous. */
  user: UserEntry | null
  /** The same context as the files say now. @throws as findCluster */
  readAgain(): KubeAccess
}

/**
 * An explicit kubeconfig wins over KUBECONFIG, that over `~/.kube/config`; the context is the usual one unless it is
 * given. The current context is never used: it may be any cluster.
 *
 * @throws PortolanError context_not_found (the message names the contexts that exist), kubeconfig_invalid
 */
export function findCluster(options: {
  kubeconfig?: string | undefined
  context?: string | undefined
  cluster: string
  /** The context that the tool that made the cluster writes; `kind-CLUSTER` by default. */
  usual?: string | null
  env: NodeJS.ProcessEnv
}): KubeAccess {
  const paths = pathsOf(options.kubeconfig, options.env)
  const kubeconfig = readKubeconfig(paths)
  const ofKind = `kind-${options.cluster}`
  const name = options.context ?? options.usual ?? ofKind
  const hint =
    options.context !== undefined || name !== ofKind
      ? 'Name one that exists with --context, or another file with --kubeconfig.'
      : exportCommand(options.cluster, options.kubeconfig)
  if (kubeconfig.files.length === 0)
    throw new PortolanError('context_not_found', `There is no kubeconfig at ${paths.join(' or ')}.`, hint)
  const context = kubeconfig.contexts.find((entry) => entry.name === name)
  if (!context) throw new PortolanError('context_not_found', missing(name, kubeconfig), hint)
  return accessOf(context, kubeconfig)
}

function exportCommand(cluster: string, kubeconfig?: string): string {
  const file = kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []
  return commandText(['kind', 'export', 'kubeconfig', `--name=${cluster}`, ...file])
}

function readAgain(name: string, files: string[]): KubeAccess {
  const kubeconfig = readKubeconfig(files)
  const context = kubeconfig.contexts.find((entry) => entry.name === name)
  if (!context) throw new PortolanError('context_not_found', missing(name, kubeconfig), 'Export it again, or restart.')
  return accessOf(context, kubeconfig)
}

function pathsOf(explicit: string | undefined, env: NodeJS.ProcessEnv): string[] {
  if (explicit) return [explicit]
  const listed = env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? []
  return listed.length > 0 ? listed : [join(env['HOME'] ?? '', '.kube', 'config')]
}

function missing(name: string, { files, contexts }: Kubeconfig): string {
  const known = contexts.length === 0 ? 'it holds none' : `it holds ${contexts.map((entry) => entry.name).join(', ')}`
  return `There is no context ${name} in ${files.join(', ')}: ${known}.`
}

function accessOf({ name, context }: ContextEntry, kubeconfig: Kubeconfig): KubeAccess {
  const broken = (what: string): PortolanError =>
    new PortolanError(
      'kubeconfig_invalid',
      `The context ${name} in ${kubeconfig.files.join(', ')} ${what}.`,
      name.startsWith('kind-')
        ? exportCommand(name.slice('kind-'.length))
        : `Look at it with: ${commandText(['kubectl', `--context=${name}`, 'config', 'view', '--minify'])}`,
    )
  const cluster = kubeconfig.clusters.find((entry) => entry.name === context.cluster)
  if (!cluster) throw broken(`names the cluster ${context.cluster}, which does not exist`)
  if (!URL.canParse(cluster.cluster.server)) throw broken(`has no usable server address (${cluster.cluster.server})`)
  const user = kubeconfig.users.find((entry) => entry.name === context.user) ?? null
  if (context.user && !user) throw broken(`names the user ${context.user}, which does not exist`)
  const { files } = kubeconfig
  const config = { files, cluster, user, readAgain: () => readAgain(name, files) }
  return { context: name, server: cluster.cluster.server, config }
}
