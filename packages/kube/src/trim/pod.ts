import type { V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { type Condition, type ContainerSnapshot, countOrNone, type PodSnapshot } from '@portolan/core'
import { conditionOf } from './condition.ts'
import { controllerOf, identify, toTime } from './metadata.ts'
import { placementOf } from './placement.ts'

export function trimPod(pod: V1Pod): PodSnapshot {
  const conditions = pod.status?.conditions
  const ready = conditionOf(conditions, 'Ready')
  const probedPorts = (pod.spec?.containers ?? []).flatMap(probedPortsOf)
  return {
    kind: 'Pod',
    ...identify(pod),
    placement: placementOf(pod),
    node: pod.spec?.nodeName || null,
    owner: controllerOf(pod),
    addresses: addressesOf(pod),
    phase: (pod.status?.phase ?? 'Unknown') as PodSnapshot['phase'],
    ready: ready?.status === 'True',
    readySince: ready?.since ?? 0,
    unschedulable: whileIt('False', conditionOf(conditions, 'PodScheduled')),
    disruption: whileIt('True', conditionOf(conditions, 'DisruptionTarget')),
    deletedAt: deletionAskedAt(pod),
    containers: [
      ...(pod.status?.containerStatuses ?? []),
      ...(pod.status?.initContainerStatuses ?? []).filter(holdsUp),
    ].map(trimContainer),
    ...(probedPorts.length === 0 ? {} : { probedPorts }),
  }
}

/** Those at the pod's own address. The kubelet looks a name up among the ports of the very container. */
function probedPortsOf({ ports, readinessProbe, startupProbe }: V1Container): number[] {
  return [readinessProbe, startupProbe].flatMap((probe) => {
    const asked = probe?.httpGet ?? probe?.tcpSocket ?? probe?.grpc
    if (asked === undefined || ('host' in asked && asked.host)) return []
    const named = (ports ?? []).find(({ name }) => name === String(asked.port))
    const port = named?.containerPort ?? Number(asked.port)
    return Number.isInteger(port) ? [port] : []
  })
}

function addressesOf({ status }: V1Pod): string[] {
  const addresses = (status?.podIPs ?? []).map((address) => address.ip)
  return addresses.length > 0 || !status?.podIP ? addresses : [status.podIP]
}

function whileIt(is: Condition['status'], condition: Condition | null): Condition | null {
  return condition?.status === is ? condition : null
}

/** deletionTimestamp is when the grace period will be over, not when deletion was asked for. Never 0 where it was. */
function deletionAskedAt({ metadata }: V1Pod): number {
  const over = toTime(metadata?.deletionTimestamp)
  return over === 0 ? 0 : Math.max(1, over - countOrNone(metadata?.deletionGracePeriodSeconds) * 1000)
}

/** An init container that fails is why the others do not start. */
function holdsUp({ state }: V1ContainerStatus): boolean {
  if (state?.terminated) return state.terminated.exitCode !== 0
  return state?.waiting !== undefined && state.waiting.reason !== 'PodInitializing'
}

function trimContainer(status: V1ContainerStatus): ContainerSnapshot {
  const { waiting, running, terminated } = status.state ?? {}
  const stopped = terminated ?? waiting
  return {
    name: status.name,
    ready: status.ready,
    restartCount: countOrNone(status.restartCount),
    containerID: status.containerID ?? '',
    state: terminated ? 'terminated' : running ? 'running' : 'waiting',
    reason: stopped?.reason ?? '',
    message: stopped?.message ?? '',
    exitCode: terminated?.exitCode ?? 0,
    since: toTime(terminated?.finishedAt ?? running?.startedAt),
  }
}
