import { lastingTaints, tolerates } from '../cluster/scheduling.ts'
import type { NetworkPolicySnapshot, NodeSnapshot, ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { type MappedPort, mappingName } from '../route/mapped-port.ts'
import type { PodGroup } from '../cluster/pod-group.ts'
import type { Edit, EditRemedy, ObjectRef } from '../model/verdict.ts'

const HELM = 'Helm reverts it at the next upgrade: set it in the values of the release as well'
export const HOSTNAME = 'kubernetes.io/hostname'

export function refOf({ kind, namespace, name }: ObjectRef): ObjectRef {
  return { kind, namespace, name }
}

export function mappingRef(mapped: MappedPort): ObjectRef {
  return { kind: 'KindMapping', namespace: '', name: mappingName(mapped) }
}

export function kindNodeRef(name: string): ObjectRef {
  return { kind: 'KindNode', namespace: '', name }
}

const set = (object: ObjectRef, path: Edit['path'], value: unknown): Edit => ({
  object: refOf(object),
  how: 'set',
  path,
  value,
})

const append = (object: ObjectRef, path: Edit['path'], value: unknown): Edit => ({
  object: refOf(object),
  how: 'append',
  path,
  value,
})

function costs(...all: (string | false)[]): { cost?: string } {
  const said = all.filter((one) => one !== false)
  return said.length === 0 ? {} : { cost: said.join('; ') }
}

export function policyCluster(service: ServiceSnapshot): EditRemedy {
  return {
    text: 'Let every node forward to the pods, wherever they run (externalTrafficPolicy: Cluster)',
    ...costs('the application no longer sees the address of the client', service.managedByHelm && HELM),
    edits: [set(service, ['spec', 'externalTrafficPolicy'], 'Cluster')],
  }
}

/** Pods that are to be changed: a workload of a cluster that runs, or a group that is in files. */
type Changed = Pick<PodGroup, 'kind' | 'namespace' | 'name' | 'template' | 'managedByHelm'>

const podSpec = (group: Changed) => (group.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'])

/** Keeps the pods on a node, tolerating its taints. */
export function pinTo(
  group: Changed,
  node: Pick<NodeSnapshot, 'name' | 'labels' | 'taints' | 'unschedulable'>,
  which = 'the node that the port is mapped to',
): EditRemedy {
  const wanted =
    group.kind === 'DaemonSet'
      ? `let the DaemonSet run on ${node.name}, ${which}`
      : `keep the pods on ${node.name}, ${which}`
  return {
    text: node.unschedulable ? `Uncordon ${node.name}, and ${wanted}` : `${wanted[0]?.toUpperCase()}${wanted.slice(1)}`,
    ...(node.unschedulable && { uncordon: node.name }),
    ...costs(`the port is down whenever ${node.name} is down`, group.managedByHelm && HELM),
    edits: [
      ...(group.kind === 'DaemonSet'
        ? []
        : [set(group, [...podSpec(group), 'nodeSelector', HOSTNAME], node.labels[HOSTNAME] ?? node.name)]),
      ...missingTolerations(group, node),
    ],
  }
}

/** Lets the pods run on other nodes than the one that they are kept on. */
export function unpin(group: Changed): EditRemedy {
  return {
    text: `Let the pods of ${group.name} run on other nodes as well (without the nodeSelector ${HOSTNAME})`,
    ...costs(group.managedByHelm && HELM),
    edits: [set(group, [...podSpec(group), 'nodeSelector', HOSTNAME], null)],
  }
}

function missingTolerations(group: Changed, node: Pick<NodeSnapshot, 'taints'>): Edit[] {
  return lastingTaints(node)
    .filter((taint) => !group.template.tolerations.some((toleration) => tolerates(toleration, taint)))
    .map(({ key, value, effect }) =>
      append(
        group,
        [...podSpec(group), 'tolerations'],
        value === '' ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
      ),
    )
}

/** Gives the node what the pods' nodeSelector asks for. null when a label cannot be chosen, or more than labels is wrong. */
export function labelNode(group: PodGroup, node: NodeSnapshot): EditRemedy | null {
  const missing = Object.entries(group.template.nodeSelector).filter(([key, value]) => node.labels[key] !== value)
  if (missing.length === 0 || missing.some(([key]) => /(^|\.)kubernetes\.io\//.test(key))) return null
  return {
    text: `Give ${node.name} the ${missing.length === 1 ? 'label' : 'labels'} that the pods select`,
    ...costs('recreate the cluster'),
    edits: [
      ...missing.map(([key, value]) => set(kindNodeRef(node.name), ['labels', key], value)),
      ...missingTolerations(group, node),
    ],
  }
}

export function leadTo(mapped: MappedPort, port: ServicePort): EditRemedy {
  return {
    text: `Map the host port to the NodePort ${port.nodePort}`,
    ...costs('recreate the cluster'),
    edits: [set(mappingRef(mapped), ['containerPort'], port.nodePort)],
  }
}

export function leadToNumber(mapped: MappedPort, containerPort: number): EditRemedy {
  return {
    text: `Map the host port to port ${containerPort} of the node`,
    ...costs('recreate the cluster'),
    edits: [set(mappingRef(mapped), ['containerPort'], containerPort)],
  }
}

/** Opens a Service at a NodePort, and maps that. */
export function expose(service: ServiceSnapshot, port: ServicePort, mapped: MappedPort, nodePort: number): EditRemedy {
  return {
    text: `Open Service ${service.namespace}/${service.name} at NodePort ${nodePort} and map that one`,
    ...costs('recreate the cluster', service.managedByHelm && HELM),
    edits: [
      set(service, ['spec', 'type'], 'NodePort'),
      set(service, ['spec', 'ports', service.ports.indexOf(port), 'nodePort'], nodePort),
      set(mappingRef(mapped), ['containerPort'], nodePort),
    ],
  }
}

/** Takes another NodePort, at both ends. */
export function moveNodePort(
  service: ServiceSnapshot,
  port: ServicePort,
  mapped: MappedPort,
  nodePort: number,
): EditRemedy {
  return {
    text: `Take NodePort ${nodePort}, in the Service and in the mapping`,
    ...costs('recreate the cluster', service.managedByHelm && HELM),
    edits: [
      set(service, ['spec', 'ports', service.ports.indexOf(port), 'nodePort'], nodePort),
      set(mappingRef(mapped), ['containerPort'], nodePort),
    ],
  }
}

export function serveBothFamilies(service: ServiceSnapshot): EditRemedy {
  return {
    text: 'Serve it over both families',
    ...costs(service.managedByHelm && HELM),
    edits: [set(service, ['spec', 'ipFamilyPolicy'], 'PreferDualStack')],
  }
}

export function listenOnV6(mapped: MappedPort): EditRemedy {
  return {
    text: 'Listen on IPv6, as kind does by itself in an IPv6 cluster where no listenAddress is set',
    ...costs('recreate the cluster', 'clients need IPv6'),
    edits: [set(mappingRef(mapped), ['listenAddress'], '::')],
  }
}

export function speak(mapped: MappedPort, protocol: string): EditRemedy {
  return {
    text: `Map the port for ${protocol}`,
    ...costs('recreate the cluster'),
    edits: [set(mappingRef(mapped), ['protocol'], protocol)],
  }
}

export function fixNodePort(service: ServiceSnapshot, port: ServicePort, nodePort: number): EditRemedy {
  return {
    text: `Set the NodePort that is mapped`,
    ...costs(service.managedByHelm && HELM),
    edits: [set(service, ['spec', 'ports', service.ports.indexOf(port), 'nodePort'], nodePort)],
  }
}

export function balance(service: ServiceSnapshot): EditRemedy {
  return {
    text: `Make ${service.name} a Service of type LoadBalancer`,
    edits: [set(service, ['spec', 'type'], 'LoadBalancer')],
  }
}

export function mapPort(node: string, nodePort: number, hostPort: number, protocol: string): EditRemedy {
  return {
    text: `Map a host port to it on ${node}`,
    ...costs('recreate the cluster'),
    edits: [append(kindNodeRef(node), ['extraPortMappings'], { containerPort: nodePort, hostPort, protocol })],
  }
}

export function otherHostPort(mapped: MappedPort, free: number): EditRemedy {
  return {
    text: 'Take another host port here, or a listenAddress of its own',
    edits: [set(mappingRef(mapped), ['hostPort'], free)],
  }
}

export function selectPods(service: ServiceSnapshot, group: PodGroup): EditRemedy {
  return {
    text: `Select the pods of ${group.name}`,
    edits: [set(service, ['spec', 'selector'], group.template.labels)],
  }
}

export function scaleUp(group: ObjectRef): EditRemedy {
  return { text: 'Ask for at least one pod', edits: [set(group, ['spec', 'replicas'], 1)] }
}

export function letIn(policy: NetworkPolicySnapshot, port: number, protocol: string): EditRemedy {
  return {
    text: `Allow all clients to reach port ${port}`,
    ...costs('the pods of other namespaces can reach it as well'),
    edits: [append(policy, ['spec', 'ingress'], { ports: [{ protocol, port }] })],
  }
}

export function withoutSurge(group: Pick<Changed, 'kind' | 'namespace' | 'name' | 'managedByHelm'>): EditRemedy {
  return {
    text: 'Let rollouts stop the old pod before they start the new one',
    ...costs('the port is dark for the time in between', group.managedByHelm && HELM),
    edits: [
      set(group, ['spec', group.kind === 'DaemonSet' ? 'updateStrategy' : 'strategy'], {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
      }),
    ],
  }
}
