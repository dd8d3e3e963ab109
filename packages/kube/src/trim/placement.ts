import type { V1Container, V1NodeSelectorRequirement, V1PodTemplateSpec } from '@kubernetes/client-node'
import { type PodPlacement, podRulesOf, type Toleration } from '@portolan/core'

/** Of a pod, or of a workload's template. */
export function placementOf({ metadata, spec }: V1PodTemplateSpec): PodPlacement {
  const podRules = podRulesOf(spec ?? {})
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
    requiredNodeTerms: (required?.nodeSelectorTerms ?? []).map((term) => ({
      matchExpressions: (term.matchExpressions ?? []).map(requirementOf),
      matchFields: (term.matchFields ?? []).map(requirementOf),
    })),
    ...(podRules.length === 0 ? {} : { podRules }),
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

function requirementOf({ key, operator, values }: V1NodeSelectorRequirement) {
  return { key, operator, values: values ?? [] }
}
