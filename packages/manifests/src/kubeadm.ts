import type { ClusterNetwork, Taint } from '@portolan/core'
import { parseDocument } from 'yaml'
import { DIALECTS } from './dialect.ts'
import { plainValue } from './plain-value.ts'
import { applyJsonPatch, applyMergePatch, isRecord, jsonPatch, putField } from './json-patch.ts'
import type { KindConfig, KindNode } from './kind-schema.ts'

/** Documents are matched by these, as kind does it: a patch without a version meets any version. */
interface Match {
  kind: string
  apiVersion: string
}

/** One document of a patch, or a JSON patch, and where it is written. */
export interface KubeadmPatch extends Match {
  path: (string | number)[]
  /** Changes the document. @throws Error that says why it does not fit */
  apply(document: Configuration): Configuration
  /** Labels that it is meant to set, to report when it never does. */
  labels: Record<string, string> | null
}

export type Configuration = Match & Record<string, unknown>

export interface KubeadmFault {
  path: (string | number)[]
  message: string
}

type Patched = Pick<KindNode, 'kubeadmConfigPatches' | 'kubeadmConfigPatchesJSON6902'>

/** In characters, of the patches of the whole cluster once for each node. */
export function lengthOfPatches(config: KindConfig): number {
  const lengthOf = ({ kubeadmConfigPatches, kubeadmConfigPatchesJSON6902 }: Patched) =>
    [...kubeadmConfigPatches, ...kubeadmConfigPatchesJSON6902.map((one) => one?.patch ?? null)].reduce(
      (sum, text) => sum + (text?.length ?? 0),
      0,
    )
  const ofNodes = config.nodes.map((node) => (node === null ? 0 : lengthOf(node)))
  return ofNodes.reduce((sum, own) => sum + own, lengthOf(config) * Math.max(1, config.nodes.length))
}

/** The patches in the order in which kind applies them: JSON patches after the others. */
export function patchesOf(
  { kubeadmConfigPatches, kubeadmConfigPatchesJSON6902 }: Patched,
  root: (string | number)[],
  faults: KubeadmFault[],
): KubeadmPatch[] {
  const fault = (path: (string | number)[], why: string) => {
    faults.push({ path, message: `${path.join('.')}: ${why}` })
    return []
  }
  return [
    ...kubeadmConfigPatches.flatMap((text, index) => {
      const path = [...root, 'kubeadmConfigPatches', index]
      return text === null ? [] : splitPatch(text).flatMap((part) => readPatch(part, path, (why) => fault(path, why)))
    }),
    ...kubeadmConfigPatchesJSON6902.flatMap((patch, index): KubeadmPatch[] => {
      if (patch === null) return []
      const path = [...root, 'kubeadmConfigPatchesJSON6902', index]
      const parsed = parseYaml(patch.patch)
      const read = jsonPatch.safeParse(parsed.value)
      if (!read.success) return fault(path, `is not a JSON patch: ${parsed.error ?? 'expected a list of operations'}`)
      const apply = (document: Configuration) => {
        const patched = applyJsonPatch(document, read.data)
        if (!isRecord(patched)) throw new Error('it leaves no map')
        return patched as Configuration
      }
      const { group, version, kind } = patch
      const labels = read.data.find((one) => one.path.endsWith('/node-labels'))?.value
      return [
        {
          path,
          kind,
          apiVersion: group === '' ? version : `${group}/${version}`,
          apply,
          labels: typeof labels === 'string' ? labelsOf(labels) : null,
        },
      ]
    }),
  ]
}

/** kind takes `---` at the start of any line but the first for the end of a document. */
function splitPatch(text: string): string[] {
  return text.split(/\n---[^\n]*(?:\n|$)/)
}

function readPatch(text: string, path: (string | number)[], fault: (why: string) => never[]): KubeadmPatch[] {
  const { value, error } = parseYaml(text)
  if (error !== null) return fault(`is not valid YAML: ${error}`)
  if (value === null) return []
  if (!isRecord(value)) return fault('expected a map')
  const { kind, apiVersion } = value
  const match = { kind: textOf(kind), apiVersion: textOf(apiVersion) }
  const args = argumentsOf(isRecord(value['nodeRegistration']) ? value['nodeRegistration']['kubeletExtraArgs'] : null)
  const labels = args.get('node-labels')
  const apply = (document: Configuration) =>
    applyMergePatch(document, mergeListedArguments(document, value, match.apiVersion)) as Configuration
  return [{ ...match, path, apply, labels: labels === undefined ? null : labelsOf(labels) }]
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function parseYaml(text: string): { value: unknown; error: string | null } {
  try {
    const document = parseDocument(text, DIALECTS.kubectl.options)
    const [first] = document.errors
    return { value: plainValue(document, DIALECTS.kubectl), error: first?.message ?? null }
  } catch (error) {
    return { value: null, error: Error.isError(error) ? error.message : String(error) }
  }
}

const V1BETA4 = 'kubeadm.k8s.io/v1beta4'

/**
 * From v1beta4 on arguments are lists, which kind merges by their names: they are put into the document, and the rest of
 * the patch is left. A patch without a version may write a map.
 *
 * Source: kind, pkg/internal/patch/kubeadm_merge.go.
 */
function mergeListedArguments(into: unknown, patch: unknown, version: string, root = into): unknown {
  const isListed = isRecord(root) && root['apiVersion'] === V1BETA4
  if (!isRecord(patch) || !isRecord(into) || !isListed) return patch
  const rest: Record<string, unknown> = { ...patch }
  for (const [key, value] of Object.entries(patch)) {
    if (key === 'extraArgs' || key === 'kubeletExtraArgs') {
      const given = Array.isArray(value) || version === '' ? argumentsOf(value, true) : new Map<string, string | null>()
      const merged = new Map<string, string | null>([...argumentsOf(into[key]), ...given])
      into[key] = [...merged].flatMap(([name, one]) => (one === null ? [] : [{ name, value: one }]))
      delete rest[key]
    } else if (isRecord(value)) {
      const below = (Object.hasOwn(into, key) ? into[key] : null) ?? {}
      putField(into, key, below)
      putField(rest, key, mergeListedArguments(below, value, version, root))
    }
  }
  return rest
}

/** A map up to kubeadm v1beta3, a list from v1beta4 on. */
function argumentsOf(given: unknown): Map<string, string>
function argumentsOf(given: unknown, withNulls: true): Map<string, string | null>
function argumentsOf(given: unknown, withNulls?: true): Map<string, string | null> {
  const pairs: [unknown, unknown][] = Array.isArray(given)
    ? given.map((one): [unknown, unknown] => (isRecord(one) ? [one['name'], one['value']] : [null, null]))
    : Object.entries(isRecord(given) ? given : {})
  return new Map(
    pairs.flatMap(([name, value]): [string, string | null][] => {
      if (typeof name !== 'string') return []
      if (value === null || value === undefined) return withNulls ? [[name, null]] : []
      return [[name, textOf(value)]]
    }),
  )
}

/** Of Kubernetes 1.x, by the tag of a node's image; NaN where that does not show it. */
export function minorOf(image: string): number {
  return Number(/:v?1\.(\d+)/.exec(image)?.[1] ?? Number.NaN)
}

/**
 * kubeadm's version of configuration, by that of Kubernetes in the node's image; without one, both that kind writes today.
 *
 * Source: kind, pkg/cluster/internal/kubeadm/config.go.
 */
function versionsOf(image: string, patches: readonly Match[]): string[] {
  const minor = minorOf(image)
  if (minor < 23) return ['kubeadm.k8s.io/v1beta2']
  if (minor < 36) return ['kubeadm.k8s.io/v1beta3']
  if (minor >= 36) return [V1BETA4]
  const both = [V1BETA4, 'kubeadm.k8s.io/v1beta3']
  return patches.some(({ apiVersion }) => apiVersion === both[1]) ? both.toReversed() : both
}

/** Source: kind, pkg/internal/apis/config/default.go. */
const SERVICE_SUBNETS = { ipv4: '10.96.0.0/16', ipv6: 'fd00:10:96::/112', dual: '10.96.0.0/16,fd00:10:96::/112' }

/** The parts of kind's configuration for a node that patches speak of. */
function generate(config: KindConfig, node: KindNode, apiVersion: string): Configuration[] {
  const { networking } = config
  const args = (entries: Record<string, string>) =>
    apiVersion === V1BETA4 ? Object.entries(entries).map(([name, value]) => ({ name, value })) : entries
  const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`)
  const nodeRegistration = {
    criSocket: 'unix:///run/containerd/containerd.sock',
    kubeletExtraArgs: args({ 'node-ip': '', 'provider-id': '', 'node-labels': labels.join(',') }),
  }
  const localAPIEndpoint = { advertiseAddress: '', bindPort: 6443 }
  const hasProxy = networking.kubeProxyMode !== 'none'
  const metadata = { name: 'config' }
  const documents: Configuration[] = [
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      metadata,
      kubernetesVersion: '',
      clusterName: config.name,
      controlPlaneEndpoint: '',
      apiServer: { certSANs: ['localhost', networking.apiServerAddress], extraArgs: args({ 'runtime-config': '' }) },
      controllerManager: { extraArgs: args({ 'enable-hostpath-provisioner': 'true' }) },
      scheduler: { extraArgs: null },
      networking: {
        podSubnet: networking.podSubnet,
        serviceSubnet: networking.serviceSubnet || SERVICE_SUBNETS[networking.ipFamily],
      },
    },
    {
      apiVersion,
      kind: 'InitConfiguration',
      metadata,
      bootstrapTokens: [{ token: '' }],
      localAPIEndpoint,
      nodeRegistration,
      skipPhases: ['preflight', ...(hasProxy ? [] : [PROXY_PHASE])],
    },
    {
      apiVersion,
      kind: 'JoinConfiguration',
      metadata,
      ...(node.role === 'control-plane' ? { controlPlane: { localAPIEndpoint } } : {}),
      nodeRegistration,
      discovery: { bootstrapToken: { apiServerEndpoint: '', token: '', unsafeSkipCAVerification: true } },
      skipPhases: ['preflight'],
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      metadata,
      cgroupDriver: 'systemd',
      cgroupRoot: '/kubelet',
      failSwapOn: false,
      imageGCHighThresholdPercent: 100,
      evictionHard: { 'nodefs.available': '0%', 'nodefs.inodesFree': '0%', 'imagefs.available': '0%' },
    },
  ]
  if (!hasProxy) return documents
  const mode = networking.kubeProxyMode
  const proxy = { mode, iptables: { minSyncPeriod: '1s' }, conntrack: { maxPerCore: 0 } }
  return [
    ...documents,
    { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', metadata, ...proxy },
  ]
}

const PROXY_PHASE = 'addon/kube-proxy'

/** What kubeadm is given for one node, after all patches. */
export interface NodeConfiguration {
  documents: Configuration[]
  /** Patches that met no document. */
  unmet: KubeadmPatch[]
}

/**
 * kind's configuration of a node with the patches of the cluster, then those of the node itself; faults are added.
 *
 * Source: kind, pkg/cluster/internal/create/actions/config.
 */
export function configureNode(
  config: KindConfig,
  node: KindNode,
  [ofCluster, ofNode]: [KubeadmPatch[], KubeadmPatch[]],
  faults: KubeadmFault[],
): NodeConfiguration {
  const patches = [...ofCluster, ...ofNode]
  const attempts = versionsOf(node.image, patches).map((version) => {
    const own: KubeadmFault[] = []
    const met = new Set<KubeadmPatch>()
    const documents = generate(config, node, version).map((generated) =>
      patches.reduce((at, patch) => {
        if (patch.kind !== generated.kind || (patch.apiVersion !== '' && patch.apiVersion !== generated.apiVersion))
          return at
        met.add(patch)
        try {
          return patch.apply(at)
        } catch (error) {
          const why = Error.isError(error) ? error.message : String(error)
          own.push({ path: patch.path, message: `${patch.path.join('.')}: cannot be applied to ${patch.kind}: ${why}` })
          return at
        }
      }, structuredClone(generated)),
    )
    return { documents, own, met }
  })
  const mostMet = Math.max(...attempts.map(({ met }) => met.size))
  const best = attempts.find(({ own, met }) => own.length === 0 && met.size === mostMet) ?? attempts[0]
  faults.push(...(best?.own ?? []))
  const isMet = (patch: KubeadmPatch) => attempts.some(({ met }) => met.has(patch))
  return { documents: best?.documents ?? [], unmet: patches.filter((patch) => !isMet(patch)) }
}

/** Labels and taints that kubeadm registers a node with; null where it keeps its own taints. */
export function registrationOf({ documents }: NodeConfiguration, kind: string) {
  const registration = documents.find((one) => one.kind === kind)?.['nodeRegistration']
  const { name, kubeletExtraArgs, taints } = isRecord(registration) ? registration : {}
  const args = argumentsOf(kubeletExtraArgs)
  return {
    /** Under which it joins; empty: that of its container. */
    name: textOf(name),
    labels: labelsOf(args.get('node-labels') ?? ''),
    taints: Array.isArray(taints) ? taintsIn(taints) : null,
    moreTaints: words(args.get('register-with-taints') ?? '').map(toTaint),
  }
}

/** Those that each kubelet registers its node with, unless a flag of its own says otherwise. */
export function kubeletTaints({ documents }: NodeConfiguration): Taint[] {
  const taints = documents.find(({ kind }) => kind === 'KubeletConfiguration')?.['registerWithTaints']
  return Array.isArray(taints) ? taintsIn(taints) : []
}

function taintsIn(list: unknown[]): Taint[] {
  return list.flatMap((taint) => (isRecord(taint) ? [taintOf(taint)] : []))
}

function taintOf({ key, value, effect }: Record<string, unknown>): Taint {
  return { key: textOf(key), value: textOf(value), effect: textOf(effect) as Taint['effect'] }
}

const MODES = ['iptables', 'ipvs', 'nftables'] as const

type Served = Pick<ClusterNetwork, 'proxyMode' | 'nodePortAddresses' | 'nodePortRange' | 'serviceRanges'>

/** How the cluster serves NodePorts: that is decided by the configuration of its first control plane alone. */
export function servedBy({ documents }: NodeConfiguration, fault: (message: string) => void): Served {
  const of = (kind: string): Record<string, unknown> => documents.find((one) => one.kind === kind) ?? {}
  const { skipPhases } = of('InitConfiguration')
  const isSkipped = Array.isArray(skipPhases) && skipPhases.some((one) => one === PROXY_PHASE || one === 'addon')
  const { apiServer, networking } = of('ClusterConfiguration')
  const range = argumentsOf(isRecord(apiServer) ? apiServer['extraArgs'] : null).get('service-node-port-range')
  const { mode, nodePortAddresses } = of('KubeProxyConfiguration')
  const addresses = Array.isArray(nodePortAddresses) ? nodePortAddresses.map(textOf) : []
  const known = MODES.find((one) => one === (mode || 'iptables'))
  if (known === undefined && !isSkipped) fault(`kube-proxy has no mode ${textOf(mode)}: expected ${MODES.join(', ')}`)
  return {
    proxyMode: isSkipped ? 'none' : (known ?? 'iptables'),
    nodePortAddresses: addresses,
    nodePortRange: range === undefined ? DEFAULT_RANGE : readRange(range, fault),
    serviceRanges: isRecord(networking)
      ? textOf(networking['serviceSubnet'])
          .split(',')
          .map((one) => one.trim())
      : [],
  }
}

const DEFAULT_RANGE = { first: 30000, last: 32767 }

/** Source: Kubernetes, apimachinery, util/net.PortRange: `first-last`, `first+size` or one port. */
function readRange(text: string, fault: (message: string) => void): ClusterNetwork['nodePortRange'] {
  const [, first = '', sign, more] = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(text.trim()) ?? []
  const start = Number(first)
  const last = sign === '-' ? Number(more) : sign === '+' ? Math.min(start + Number(more), 65535) : start
  if (first !== '' && start >= 1 && start <= last && last <= 65535) return { first: start, last }
  fault(`service-node-port-range: ${text} is not a range of ports such as 30000-32767`)
  return DEFAULT_RANGE
}

function labelsOf(list: string): Record<string, string> {
  return Object.fromEntries(words(list).map(pair))
}

const words = (list: string) => list.split(',').filter((word) => word !== '')

function pair(word: string): [string, string] {
  const [key = '', value = ''] = word.split('=')
  return [key.trim(), value.trim()]
}

function toTaint(word: string): Taint {
  const [what = '', effect = ''] = word.split(':')
  const [key, value] = pair(what)
  return { key, value, effect: effect as Taint['effect'] }
}
