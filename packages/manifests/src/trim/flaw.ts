import { type Flaw, matchesLabels, selectorOf } from '@portolan/core'
import type { z } from 'zod'
import { variablesIn } from '../variables.ts'
import { badLabel } from './identify.ts'
import { refusalOfPod } from './pod-refusal.ts'
import type { pod, podSpec, workload } from './schema.ts'

type PodSpec = z.output<typeof podSpec>
type Container = NonNullable<PodSpec['containers']>[number]
type Spec = z.output<typeof workload>['spec']

/** API versions that Kubernetes serves no longer. Source: Kubernetes, "Deprecated API Migration Guide". */
const OUTDATED = new Set(['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'])

/** Source: RFC 6335. A variable that is not filled in is no name yet. */
const PORT_NAME = /^(?=.*[a-z])[a-z\d](?:[a-z\d-]{0,13}[a-z\d])?$|\$/
/** Source: RFC 1123. */
const NAME = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$|^$|\$/

/** What keeps pods of a workload from coming to be or from being ready, whatever happens in the cluster. */
export function workloadFlaw({ metadata, spec }: z.output<typeof workload>, apiVersion: string): Flaw | null {
  if (OUTDATED.has(apiVersion)) {
    return {
      kind: 'open',
      because: `is of ${apiVersion}, which Kubernetes 1.16 and later do not serve: write apps/v1`,
    }
  }
  const label = badLabel(metadata.labels ?? {}, 'label')
  if (label !== null) return { kind: 'refused', because: label }
  if (!NAME.test(metadata.name)) {
    return { kind: 'refused', because: 'its name may have lower-case letters, digits, dots and dashes alone' }
  }
  const labels = spec.template.metadata?.labels ?? {}
  if (apiVersion === 'apps/v1') {
    if (spec.selector == null) return withoutSelector(spec.template.spec)
    if (!matchesLabels(selectorOf(spec.selector), labels)) {
      return { kind: 'refused', because: 'its selector does not match the labels of its own template' }
    }
  }
  const refusal = REFUSING.has(apiVersion) ? refusalOfTemplate(spec, apiVersion) : null
  if (refusal !== null) return { kind: 'refused', because: refusal }
  const flaw = podFlaw(spec.template.spec) ?? (REFUSING.has(apiVersion) ? bareFlaw(spec.template.spec) : null)
  return apiVersion === 'apps/v1' && spec.paused === true && flaw?.kind !== 'refused' ? PAUSED : flaw
}

/** API versions of Kubernetes' own templates: others check theirs as they like. */
const REFUSING = new Set(['apps/v1', 'batch/v1', 'v1'])

function refusalOfTemplate(spec: Spec, apiVersion: string): string | null {
  const { template, volumeClaimTemplates, strategy } = spec
  const { restartPolicy } = template.spec
  if (apiVersion === 'apps/v1' && restartPolicy && restartPolicy !== 'Always') {
    return `its pods have restartPolicy ${restartPolicy}, and it takes Always alone`
  }
  if (apiVersion === 'apps/v1' && strategy?.type === 'Recreate' && strategy.rollingUpdate != null) {
    return 'its strategy is Recreate and has a rollingUpdate'
  }
  const stuck = apiVersion === 'apps/v1' ? rolloutFault(spec) : null
  if (stuck !== null) return stuck
  const mountable = (volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)
  return refusalOfPod(template.metadata?.labels ?? {}, template.spec, mountable)
}

/** Source: Kubernetes, ValidateRollingUpdateDeployment and ValidateRollingUpdateDaemonSet. */
function rolloutFault({ strategy, updateStrategy }: Spec): string | null {
  const isNone = (amount: string | number | null | undefined) => amount != null && /^0+%?$/.test(String(amount))
  const { rollingUpdate: ofDeployment } = strategy ?? {}
  const { rollingUpdate: ofSet } = updateStrategy ?? {}
  const isStuck =
    (isNone(ofDeployment?.maxSurge) && isNone(ofDeployment?.maxUnavailable)) ||
    (isNone(ofSet?.maxUnavailable) && (ofSet?.maxSurge == null || isNone(ofSet.maxSurge)))
  if (isStuck) return 'its rollout may neither start a pod (maxSurge) nor stop one (maxUnavailable)'
  const isTwofold = ofSet?.maxSurge != null && !isNone(ofSet.maxSurge) && !isNone(ofSet.maxUnavailable ?? 1)
  return isTwofold
    ? 'its rollout has a maxSurge, for which maxUnavailable has to be 0 (it is 1 where it is left out)'
    : null
}

/** Source: Kubernetes, "Deployments": while it is paused, no ReplicaSet is made of its template. */
const PAUSED: Flaw = { kind: 'idle', because: 'is paused (spec.paused), so that it makes no pods' }

/** What names no image either may be a patch of a whole object. */
function withoutSelector({ containers }: PodSpec): Flaw {
  const because = 'has no spec.selector, without which the API server takes none of apps/v1'
  return (containers ?? []).some(({ image }) => image != null)
    ? { kind: 'refused', because: `it ${because}` }
    : { kind: 'open', because }
}

/** Such a one may be a part that somebody's tool puts together with others. */
function bareFlaw({ containers, initContainers }: PodSpec): Flaw | null {
  const open = (because: string): Flaw => ({ kind: 'open', because })
  if (containers == null || containers.length === 0) {
    return open('has no containers, without which the API server takes none')
  }
  const bare = [...containers, ...(initContainers ?? [])].find(({ image }) => !image)
  return bare === undefined
    ? null
    : open(`has no image for its container ${bare.name ?? ''}, without which the API server takes none`)
}

/** Of a pod that is made by itself. */
export function loneFlaw({ metadata, spec }: z.output<typeof pod>): Flaw | null {
  const because = refusalOfPod(metadata.labels ?? {}, spec, [])
  return because === null ? (podFlaw(spec) ?? bareFlaw(spec)) : { kind: 'refused', because }
}

function podFlaw(spec: PodSpec): Flaw | null {
  const { containers, initContainers, hostNetwork, nodeName, nodeSelector, affinity, tolerations } = spec
  const [variable] = variablesIn(JSON.stringify([nodeName, nodeSelector, affinity, tolerations]))
  if (variable !== undefined) {
    return { kind: 'open', because: `says where it may run by the variable \${${variable}}, which is not filled in` }
  }
  const running = [
    ...(containers ?? []),
    ...(initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ]
  const ports = running.flatMap((one) => one.ports ?? [])
  const odd = ports.find(({ name }) => name != null && name !== '' && !PORT_NAME.test(name))
  if (odd !== undefined) {
    const because = `the port name ${odd.name} is none: at most 15 lower-case letters, digits and dashes`
    return { kind: 'refused', because }
  }
  const other = hostNetwork === true ? ports.find(isMoved) : undefined
  if (other !== undefined) {
    const because = `on the host network (hostNetwork) hostPort ${other.hostPort} has to be containerPort ${other.containerPort}`
    return { kind: 'refused', because }
  }
  const waits = waitsFor(spec)
  if (waits !== null) return { kind: 'waiting', because: waits }
  const because = running.flatMap(unreadyBecause)[0]
  if (because !== undefined) return { kind: 'unready', because }
  const [gate] = spec.readinessGates ?? []
  return gate === undefined
    ? null
    : {
        kind: 'gated',
        because: `has pods that are not ready before somebody passes their readiness gate ${gate.conditionType}`,
      }
}

const SCHEDULER = 'default-scheduler'

/** What is not Kubernetes' own, and has to be there before the pods run. */
function waitsFor({ schedulingGates, schedulerName, runtimeClassName }: PodSpec): string | null {
  const [gate] = schedulingGates ?? []
  if (gate !== undefined) return `has pods that are placed nowhere before somebody removes their gate ${gate.name}`
  if (schedulerName && schedulerName !== SCHEDULER) {
    return `has its pods placed by the scheduler ${schedulerName}, and where that puts them is not in the files`
  }
  return runtimeClassName
    ? `runs its pods by RuntimeClass ${runtimeClassName}: whether the nodes have its handler is not in the files`
    : null
}

function isMoved({
  hostPort,
  containerPort,
}: {
  hostPort?: number | null | undefined
  containerPort: number
}): boolean {
  return hostPort != null && hostPort !== 0 && hostPort !== containerPort
}

/** The kubelet looks a name up among the ports of the very container. Source: Kubernetes, pkg/probe, ResolveContainerPort. */
function unreadyBecause({ name, ports, readinessProbe, startupProbe }: Container): string[] {
  const probes = { readinessProbe, startupProbe }
  return Object.entries(probes).flatMap(([field, probe]) => {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port
    if (port == null || /^\d+$/.test(port) || (ports ?? []).some((one) => one.name === port)) return []
    return [`the ${field} asks at the port named ${port}, which container ${name ?? ''} does not declare`]
  })
}
