import { commandText } from '../model/command-text.ts'
import type { Remedy } from '../model/incident.ts'
import { lastingTaints, tolerates } from '../cluster/scheduling.ts'
import type { NodeSnapshot, ServiceSnapshot, Toleration, WorkloadSnapshot } from '../model/snapshot.ts'
import type { EngineInfo } from '../model/container.ts'
import type { Path } from '../route/path.ts'

/** What a printed command is put together from. */
export interface Commanded {
  /** The first words of every command: kubectl with the cluster's context. */
  readonly kubectl: readonly string[]
  readonly engine: EngineInfo | null
}

/** `kubectl` with the context, and the namespace where there is one: a pasted command must never hit another cluster. */
export function kubectl(situation: Pick<Commanded, 'kubectl'>, namespace: string | null, ...words: string[]): string {
  const scope = namespace === null ? [] : [`--namespace=${namespace}`]
  return commandText([...situation.kubectl, ...scope, ...words])
}

/** `TYPE/NAME`: no name is taken for an option. */
export function resourceName({ kind, name }: { kind: string; name: string }): string {
  return `${kind.toLowerCase()}/${name}`
}

function patch(situation: Commanded, object: { kind: string; namespace: string; name: string }, value: object): string {
  const { kind, namespace, name } = object
  return kubectl(situation, namespace, 'patch', resourceName({ kind, name }), `--patch=${JSON.stringify(value)}`)
}

const HELM_COST = 'Helm reverts it at the next upgrade: set it in the values of the release as well'

export function policyCluster(situation: Commanded, service: ServiceSnapshot): Remedy {
  const cost = 'the application no longer sees the address of the client'
  return {
    text: 'Let every node forward to the pods, wherever they run (externalTrafficPolicy: Cluster)',
    cost: service.managedByHelm ? `${cost}. ${HELM_COST}` : cost,
    command: patch(situation, service, { spec: { externalTrafficPolicy: 'Cluster' } }),
  }
}

/** Keeps a workload's pods on the node that the port is mapped to, tolerating its taints. */
export function pinToNode(situation: Commanded & { readonly path: Path }, workload: WorkloadSnapshot): Remedy {
  const node = situation.path.node
  const name = situation.path.container.name
  const tolerations = node === null ? [] : missingTolerations(workload.template.tolerations, node)
  const spec = {
    ...(workload.kind === 'DaemonSet'
      ? {}
      : { nodeSelector: { 'kubernetes.io/hostname': node?.labels['kubernetes.io/hostname'] ?? name } }),
    ...(tolerations.length === 0
      ? {}
      : { tolerations: [...workload.template.tolerations.map(asManifest), ...tolerations] }),
  }
  return {
    text:
      workload.kind === 'DaemonSet'
        ? `Let the DaemonSet run on ${name}, the node that the port is mapped to`
        : `Keep the pods on ${name}, the node that the port is mapped to`,
    cost: `while ${name} is away nobody answers${workload.managedByHelm ? `. ${HELM_COST}` : ''}`,
    command: patch(situation, workload, { spec: { template: { spec } } }),
  }
}

function missingTolerations(has: Toleration[], node: NodeSnapshot): object[] {
  return lastingTaints(node)
    .filter((taint) => !has.some((toleration) => tolerates(toleration, taint)))
    .map(({ key, value, effect }) =>
      value === '' ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
    )
}

export function asManifest(toleration: Toleration): object {
  const { key, operator, value, effect } = toleration
  return {
    ...(key === '' ? {} : { key }),
    operator,
    ...(value === '' ? {} : { value }),
    ...(effect === '' ? {} : { effect }),
  }
}

export function scaleUp(situation: Commanded, workload: WorkloadSnapshot): Remedy {
  const { kind, namespace, name } = workload
  return {
    text: 'Ask for at least one pod',
    command: kubectl(situation, namespace, 'scale', resourceName({ kind, name }), '--replicas=1'),
  }
}

export function engineCommand(situation: Commanded, ...words: string[]): string {
  return commandText([situation.engine?.kind ?? 'docker', ...words])
}
