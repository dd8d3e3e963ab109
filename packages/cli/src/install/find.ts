import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandText, operands, PortolanError } from '@portolan/core'
import { findCluster } from '@portolan/kube'
import { createFaults, readAccess } from '../settings.ts'
import { type Found, kubectl, NAMESPACE } from './plan.ts'
import { type Image, imageText, type Way } from './settings.ts'
import { ask } from '../tools.ts'

export interface WayFlags {
  cluster?: string
  kubeconfig?: string
  context?: string
}

/**
 * The cluster that is meant, which need not be named where kind has only one, and a context that leads to it.
 *
 * @throws PortolanError no_clusters, usage (which of several?), context_not_found, kubeconfig_invalid
 */
export async function findWay({ kubeconfig, context, ...flags }: WayFlags, env: NodeJS.ProcessEnv): Promise<Way> {
  const cluster = flags.cluster ?? (await onlyCluster(env))
  const faults = createFaults()
  readAccess({ cluster: [cluster], kubeconfig, context }, faults)
  faults.check('install')
  const access = findCluster({ cluster, env, kubeconfig, context })
  return { cluster, context: access.context, kubeconfig: kubeconfig ?? null }
}

async function onlyCluster(env: NodeJS.ProcessEnv): Promise<string> {
  const { ok, out, err } = await ask(['kind', 'get', 'clusters'], env)
  if (!ok) throw new PortolanError('tool_failed', `kind cannot list the clusters: ${err}`, 'name one: --cluster NAME')
  const names = out.split('\n').filter((name) => name !== '')
  const [only, ...others] = names
  if (only === undefined) {
    throw new PortolanError('no_clusters', 'this machine has no kind cluster', 'make one: kind create cluster')
  }
  if (others.length > 0) {
    throw new PortolanError(
      'usage',
      `there are ${names.length} kind clusters`,
      `name one of ${names.join(', ')}: --cluster`,
    )
  }
  return only
}

/** @returns whether the namespace is there. @throws PortolanError api_unreachable */
export async function findNamespace(way: Way, env: NodeJS.ProcessEnv): Promise<boolean> {
  const command = kubectl(way, 'get', 'namespace', NAMESPACE, '--ignore-not-found', '--output=name')
  const { ok, out, err } = await ask(command, env)
  if (ok) return out !== ''
  throw unreachable(way, err)
}

/** Whether pods get IPv6 addresses alone, as far as the nodes say. @throws PortolanError api_unreachable */
export async function findIpv6Only(way: Way, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { ok, out, err } = await ask(
    kubectl(way, 'get', 'nodes', '--output=jsonpath={.items[*].spec.podCIDRs[*]}'),
    env,
  )
  if (!ok) throw unreachable(way, err)
  return out.includes(':') && !out.includes('.')
}

function unreachable(way: Way, err: string): PortolanError {
  return new PortolanError(
    'api_unreachable',
    `cluster ${way.cluster} cannot be asked: ${err}`,
    `see whether it runs: ${commandText(kubectl(way, 'get', 'nodes'))}`,
  )
}

/** Which collector is there. @throws PortolanError api_unreachable */
export async function findInstalled(way: Way, env: NodeJS.ProcessEnv): Promise<Found['installed']> {
  const what = ['deployment', 'portolan-collector', '--ignore-not-found']
  const options = '--output=jsonpath={.spec.template.spec.containers[0].args}'
  const { ok, out, err } = await ask(kubectl(way, `--namespace=${NAMESPACE}`, 'get', ...what, options), env)
  if (!ok) throw unreachable(way, err)
  if (out === '') return 'nothing'
  return /--certificate-secret|--no-tls/.test(out) ? 'sinceTls' : 'beforeTls'
}

/** The image's id, from the container engine that kind would load it from. @throws PortolanError config_invalid */
export async function findImage(image: Image, env: NodeJS.ProcessEnv): Promise<string> {
  const name = imageText(image)
  const { ok, out, err } = await ask(['docker', 'image', 'inspect', '--format={{.Id}}', ...operands(name)], env)
  if (ok) return out
  const hint = 'build it in a checkout: npm run image; or take one from a registry: --no-load --image NAME:TAG'
  throw new PortolanError('config_invalid', `there is no image ${name} on this machine (${err})`, hint)
}

/** Whether the chart names its image in a registry, as that of a release does: the nodes pull it from there. */
export function namesRegistry(chart: string): boolean {
  return /^ {2}repository: \S+\//m.test(readFileSync(join(chart, 'values.yaml'), 'utf8'))
}

/** @throws PortolanError tool_missing where the program was shipped without it, as in the image */
export function findChart(): string {
  const isBuilt = !import.meta.filename.endsWith('.ts')
  const chart = join(import.meta.dirname, isBuilt ? 'chart' : '../../../../deploy/chart')
  if (existsSync(chart)) return chart
  throw new PortolanError('tool_missing', `there is no chart at ${chart}`, 'run it outside of the image')
}
