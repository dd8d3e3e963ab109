import type { PodWay } from '../model/vantage.ts'
import type { PodSnapshot } from '../model/snapshot.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Path, PathEndpoint } from '../route/path.ts'
import { podFault } from '../route/pod-target.ts'
import { createProbeHistory, type ProbeHistory } from './probe-history.ts'

/** A pod of a port that is not well, asked through the API server. It explains; it never decides the port's state. */
export interface ApiPoint {
  plan: string
  target: string
  vantage: `api/${PodWay}`
  way: PodWay
  endpoint: Pick<PathEndpoint, 'podUID' | 'podName' | 'node'>
  pod: { namespace: string; name: string }
  address: string
  port: number
  /** Where the API server runs that dials the pod's address; null where that is not known, or it does not dial it. */
  from: string | null
  history: ProbeHistory
}

/** At most so many pods of a port are asked. */
const PODS = 3

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'

/**
 * The pods of the port, each in both ways. The API server dials from the node that it runs on: where the cluster shows one
 * control plane that is a place like an agent's.
 *
 * Source: kubeadm labels its control planes; the API server is a pod on the host's network there.
 */
export function apiPointsOf(path: Path, inventory: Inventory): Omit<ApiPoint, 'history'>[] {
  if (path.route.kind === 'none' || path.mapping.protocol !== 'tcp') return []
  const from = onlyControlPlane(inventory)
  const asked = path.endpoints.filter((one) => one.serves && podFault(one, 'tcp') === null && one.pod !== null)
  return asked.slice(0, PODS).flatMap(({ podUID, podName, node, address, port, pod }) => {
    const { namespace, name } = pod as PodSnapshot
    const target = `pod:${namespace}/${name}:${port}`
    return (['port-forward', 'pod-proxy'] as const).map((way) => ({
      plan: `${target}@api/${way}`,
      target,
      vantage: `api/${way}` as const,
      way,
      endpoint: { podUID, podName, node },
      pod: { namespace, name },
      address,
      port,
      from: way === 'pod-proxy' ? from : null,
    }))
  })
}

/** Keeps what was seen where the plan and its address stay the same. */
export function trackApiPoints(known: readonly ApiPoint[], points: readonly Omit<ApiPoint, 'history'>[]): ApiPoint[] {
  return points.map((point) => {
    const same = known.find(({ plan, address }) => plan === point.plan && address === point.address)
    return { ...point, history: same?.history ?? createProbeHistory() }
  })
}

function onlyControlPlane({ nodes }: Inventory): string | null {
  const found = [...nodes.values()].filter(({ labels }) => Object.hasOwn(labels, CONTROL_PLANE))
  return found.length === 1 ? (found[0]?.name ?? null) : null
}
