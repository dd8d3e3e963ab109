import { type NodeSelectorTerm, type PodPlacement, podRulesOf } from '@portolan/core'
import type { z } from 'zod'
import { quantityOf } from './quantity.ts'
import type { nodeSelectorTerm, podSpec } from './schema.ts'

type PodSpec = z.output<typeof podSpec>
type Containers = NonNullable<PodSpec['containers']>

/** What a pod's spec, or that of a template, says about ports and about where it may run. */
export function placementOf(labels: Record<string, string> | null | undefined, spec: PodSpec): PodPlacement {
  const podRules = podRulesOf(spec)
  const claims = (spec.volumes ?? []).flatMap((one) => one.persistentVolumeClaim?.claimName ?? [])
  const running = [...(spec.containers ?? []), ...(spec.initContainers ?? []).filter(isSidecar)]
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const plain: PodPlacement = {
    labels: labels ?? {},
    hostNetwork: spec.hostNetwork ?? false,
    ports: running.flatMap(portsOf),
    nodeSelector: spec.nodeSelector ?? {},
    tolerations: (spec.tolerations ?? []).map(({ key, operator, value, effect }) => ({
      key: key ?? '',
      operator: operator ?? 'Equal',
      value: value ?? '',
      effect: effect ?? '',
    })),
    requiredNodeTerms: terms.map(termOf),
    ...requestsOf(running),
    ...(podRules.length === 0 ? {} : { podRules }),
    ...(claims.length === 0 ? {} : { claims }),
  }
  return spec.nodeName ? onNode(plain, spec.nodeName) : plain
}

/** Source: Kubernetes, "Resource Management for Pods and Containers": where only a limit is set, it is the request. */
function requestsOf(containers: Containers): Pick<PodPlacement, 'requests'> {
  const sum = (name: 'cpu' | 'memory') =>
    containers.reduce((total, { resources }) => {
      const asked = resources?.requests?.[name] ?? resources?.limits?.[name]
      return total + (asked == null ? 0 : quantityOf(String(asked)))
    }, 0)
  const requests = { cpu: sum('cpu'), memory: sum('memory') }
  return requests.cpu > 0 || requests.memory > 0 ? { requests } : {}
}

function isSidecar({ restartPolicy }: Containers[number]): boolean {
  return restartPolicy === 'Always'
}

function portsOf({ ports }: Containers[number]): PodPlacement['ports'] {
  return (ports ?? []).map(({ name, containerPort, hostPort, hostIP, protocol }) => ({
    name: name ?? '',
    containerPort,
    hostPort: hostPort ?? 0,
    hostIP: hostIP ?? '',
    protocol: protocol ?? 'TCP',
  }))
}

export function termOf({ matchExpressions, matchFields }: z.output<typeof nodeSelectorTerm>): NodeSelectorTerm {
  return {
    matchExpressions: (matchExpressions ?? []).map(requirementOf),
    matchFields: (matchFields ?? []).map(requirementOf),
  }
}

function requirementOf({
  key,
  operator,
  values,
}: {
  key: string
  operator: string
  values?: string[] | null | undefined
}) {
  return { key, operator, values: values ?? [] }
}

/** A pod with a nodeName passes the scheduler by, taints and all. */
function onNode(placement: PodPlacement, nodeName: string): PodPlacement {
  return {
    ...placement,
    tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }],
    requiredNodeTerms: [
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] },
    ],
  }
}
