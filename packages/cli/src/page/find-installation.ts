import { PortolanError } from '@portolan/core'
import { findCluster, type KubeAccess } from '@portolan/kube'
import { findOwnClusters } from '../own-clusters.ts'
import type { AnyAccess } from '../settings.ts'

/**
 * The access to the cluster that is meant, which need not be named where this machine has only one.
 *
 * @throws PortolanError no_clusters, usage (which of several?), context_not_found, kubeconfig_invalid
 */
export async function findInstallation(
  { only, kubeconfig, context }: AnyAccess,
  env: NodeJS.ProcessEnv,
): Promise<{ cluster: string; access: KubeAccess }> {
  const cluster = only[0] ?? (await onlyCluster(env))
  return { cluster, access: findCluster({ cluster, env, kubeconfig, context }) }
}

async function onlyCluster(env: NodeJS.ProcessEnv): Promise<string> {
  const { names, trouble } = await findOwnClusters(env)
  const [only, ...others] = names
  if (only === undefined) {
    const why = trouble === null ? 'this machine has no cluster in containers' : trouble.message
    throw new PortolanError('no_clusters', why, 'name the cluster by its context: --context NAME', trouble)
  }
  if (others.length === 0) return only
  const hint = `name one of ${names.join(', ')}: --cluster`
  throw new PortolanError('usage', `there are ${names.length} clusters on this machine`, hint)
}
