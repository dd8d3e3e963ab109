import {
  type ClusterState,
  type Incident,
  isReachable,
  type MoveKind,
  pathOf,
  SYMPTOMS,
  type TargetView,
  type VantageView,
} from '@portolan/core'
import type { Families } from './families.ts'
import { workloadLabels } from './workload-labels.ts'

const MOVE_KINDS: readonly MoveKind[] = ['restarted', 'rescheduled', 'recreated', 'rollout', 'scaled']

/** Sets every gauge of one port. */
export function setTarget(families: Families, state: ClusterState, target: TargetView, ongoing: Incident | null): void {
  const labels = { cluster: state.name, target: target.id }
  families.flapping.set(labels, Number(target.state === 'flapping'))
  if (target.expectedUp !== null) families.expectedUp.set(labels, Number(target.expectedUp))
  if (target.lastOkAt !== null) families.lastSuccess.set(labels, target.lastOkAt / 1000)
  if (ongoing !== null) {
    const { node, cause, confidence, darkSince } = ongoing
    families.incident.set({ ...labels, node: node ?? '', cause, confidence }, 1)
    families.darkSince.set(labels, darkSince / 1000)
  }
  setVantages(families, target)
  setMapping(families, state, target)
}

/** What counts of it is there before anything happens: else the first time of it would be no increase. */
export function countFromZero(families: Families, { cluster, vantages, workload }: TargetView): void {
  for (const { vantage, target } of vantages.filter(isOfPort)) {
    for (const symptom of SYMPTOMS) families.attempts.add({ cluster, vantage, target, symptom }, 0)
  }
  if (workload === null) return
  for (const kind of MOVE_KINDS) families.podMoves.add({ cluster, ...workloadLabels(workload), kind }, 0)
}

/** Agents look at nodes and pods, too. */
function isOfPort({ vantage }: VantageView): boolean {
  return !vantage.startsWith('node/')
}

function setVantages(families: Families, { cluster, state, vantages }: TargetView): void {
  for (const { vantage, target, decides, symptom } of vantages.filter(isOfPort)) {
    if (!decides || state === 'unknown' || state === 'by_design' || symptom === null || symptom === 'local_error')
      continue
    families.up.set({ cluster, vantage, target }, Number(isReachable(symptom)))
  }
}

function setMapping(families: Families, state: ClusterState, target: TargetView): void {
  const route = pathOf(state, target.id)?.route
  const service = route?.kind === 'nodePort' ? route.service : null
  families.mapping.set(
    {
      cluster: state.name,
      target: target.id,
      host_port: String(target.hostPort),
      node: target.node,
      node_port: service === null ? '' : String(target.containerPort),
      namespace: service?.namespace ?? '',
      service: service?.name ?? '',
      traffic_policy: service?.externalTrafficPolicy ?? '',
    },
    1,
  )
}
