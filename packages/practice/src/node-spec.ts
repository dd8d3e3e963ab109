import type { Draft } from './api/store.ts'
import type { Taint } from './objects.ts'
import { timestamp } from './objects.ts'

/** A node of the practice cluster, as kind's configuration describes one. */
export interface NodeSpec {
  role: 'control-plane' | 'worker'
  ports?: PortMapping[]
  labels?: Record<string, string>
  /** Beside the control plane's own. */
  taints?: Taint[]
}

export interface PortMapping {
  containerPort: number
  /** 0: any free port, chosen when the cluster is created. */
  hostPort: number
  /** Loopback only: the practice cluster listens on no other interface. Default 127.0.0.1. */
  listenAddress?: '127.0.0.1' | '::1'
}

/** `NAME-control-plane`, `NAME-worker`, `NAME-worker2`: as kind names its nodes. */
export function nodeNames(cluster: string, specs: readonly NodeSpec[]): string[] {
  const counts = { 'control-plane': 0, worker: 0 }
  return specs.map(({ role }) => {
    counts[role] += 1
    return `${cluster}-${role}${counts[role] > 1 ? counts[role] : ''}`
  })
}

export function nodeOf(name: string, spec: NodeSpec, address: string, index: number, now: number): Draft<'nodes'> {
  const control = spec.role === 'control-plane'
  const own: Taint[] = control ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : []
  const taints = [...own, ...(spec.taints ?? [])]
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(control ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
        ...spec.labels,
      },
    },
    spec: { podCIDR: `10.244.${index}.0/24`, ...(taints.length > 0 ? { taints } : {}) },
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: timestamp(now) }],
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: { kubeletVersion: 'v1.34.4', osImage: 'practice', kernelVersion: '', containerRuntimeVersion: 'none' },
    },
  }
}
