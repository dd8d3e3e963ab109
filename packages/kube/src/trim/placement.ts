import type {
  V1Container,
  V1NodeSelectorRequirement,
  V1NodeSelectorTerm,
  V1PodTemplateSpec,
} from '@kubernetes/client-node'
import { type NodeSelectorTerm, type PodPlacement, podRulesOf, type Toleration } from '@portolan/core'

/** Of a pod, or of a workload's template. */
export function placementOf({ metadata, spec }: V1PodTemplateSpec): PodPlacement {
  const podRules = podRulesOf(spec ?? {})
  const claims = (spec?.volumes ?? []).flatMap((one) => one.persistentVolumeClaim?.claimName ?? [])
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return {
    labels: metadata?.labels ?? {},
    hostNetwork: spec?.hostNetwork ?? false,
    ports: [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter(isSidecar)].flatMap(portsOf),
    nodeSelector: spec?.nodeSelector ?? {},
    tolerations: (spec?.tolerations ?? []).map(({ key, operator, value, effect }) => ({
      key: key ?? '',
      operator: (operator ?? 'Equal') as Toleration['operator'],
      value: value ?? '',
      effect: effect ?? '',
    })),
    requiredNodeTerms: (required?.nodeSelectorTerms ?? []).map(termOf),
    ...(podRules.length === 0 ? {} : { podRules }),
    ...(claims.length === 0 ? {} : { claims }),
  }
}

/** Source: Kubernetes, "Sidecar Containers": an init container that is always restarted runs beside the others. */
function isSidecar(container: V1Container): boolean {
  return container.restartPolicy === 'Always'
}

function portsOf(container: V1Container): PodPlacement['ports'] {
  return (container.ports ?? []).map((port) => ({
    name: port.name ?? '',
    containerPort: port.containerPort,
    hostPort: port.hostPort ?? 0,
    hostIP: port.hostIP ?? '',
    protocol: port.protocol ?? 'TCP',
  }))
}

export function termOf({ matchExpressions, matchFields }: V1NodeSelectorTerm): NodeSelectorTerm {
  return {
    matchExpressions: (matchExpressions ?? []).map(requirementOf),
    matchFields: (matchFields ?? []).map(requirementOf),
  }
}

function requirementOf({ key, operator, values }: V1NodeSelectorRequirement) {
  return { key, operator, values: values ?? [] }
}
