import { existsSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { PortolanError } from '@portolan/core'
import type { KubeAccess } from './find-cluster.ts'

/** Source: Kubernetes, "Accessing the Kubernetes API from a Pod". */
const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The access that a pod's service account gives. @throws PortolanError context_not_found where this is no pod */
export function inClusterAccess(env: NodeJS.ProcessEnv = process.env): KubeAccess {
  return accessMountedAt(MOUNTED, env)
}

/** @param folder holds `token`, which the kubelet replaces before it ends, and `ca.crt` */
export function accessMountedAt(folder: string, env: NodeJS.ProcessEnv): KubeAccess {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port) throw outside('KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set')
  const tokenFile = join(folder, 'token')
  const authority = join(folder, 'ca.crt')
  for (const file of [tokenFile, authority]) if (!existsSync(file)) throw outside(`there is no ${file}`)
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`
  const access: KubeAccess = {
    context: 'in-cluster',
    server,
    config: {
      files: [tokenFile, authority],
      cluster: { name: 'in-cluster', cluster: { server, 'certificate-authority': authority } },
      user: { name: 'service-account', user: { tokenFile } },
      readAgain: () => access,
    },
  }
  return access
}

function outside(why: string): PortolanError {
  return new PortolanError(
    'context_not_found',
    `This is not a pod with a service account: ${why}.`,
    'Run it in a pod whose automountServiceAccountToken is not false.',
  )
}
