import { noEndpoints } from '../causes/no-endpoints.ts'
import { targetPortWrong } from '../causes/nobody-listens.ts'
import { objectRefused } from '../causes/without-incident.ts'
import { listed } from '../causes/words.ts'
import { keyOf } from '../model/snapshot.ts'
import { isServedByNetwork, targetPortIn } from '../route/claim.ts'
import type { Claimed } from './claim.ts'
import { scaleUp, selectPods } from '../remedies/edits.ts'
import { always, type Finding, may, unknown } from './finding.ts'
import { groupName, type PodGroup, scalerOf, selectedPods } from '../cluster/pod-group.ts'
import type { Scene } from './scene.ts'
import { whatWaits } from './waiting.ts'

/** Nobody is there to answer, wherever pods may land. */
export function noPods(scene: Scene, claim: Claimed): Finding | null {
  const flawed = neverServes(scene, claim)
  if (flawed !== null) return flawed
  const idle = claim.groups.flatMap((group) => sleepsWhileIdle(scene, group) ?? [])
  if (idle.length > 0 && idle.length === claim.groups.length) return may(noEndpoints.cause, idle.join(' '))
  const [job] = claim.groups
  if (job !== undefined && claim.groups.every(({ kind }) => kind === 'Job')) {
    return unknown(`The pods of ${groupName(job)} end when their work is done: it is not known how long they answer.`)
  }
  const asleep = claim.groups.find((group) => group.replicas === 0)
  if (asleep !== undefined && claim.groups.every((group) => group.replicas === 0)) {
    return always(noEndpoints.cause, `${groupName(asleep)} asks for no pods.`, { remedies: [scaleUp(asleep)] })
  }
  if (claim.kind !== 'nodePort' || claim.groups.length > 0) return null
  const { service, port } = claim
  const name = `Service ${service.namespace}/${service.name}`
  const { world, groups } = scene
  if (isServedByNetwork({ route: claim }))
    return unknown(`${name} was made for Gateway ${service.madeFor} and selects no pods: the pod network serves it.`)
  const hasOwnSlices = world.slices.some(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  )
  const keys = Object.keys(service.selector)
  if (hasOwnSlices) return unknown(`${name} has endpoints that no selector keeps: where they lead is not known.`)
  const near = groups.filter((group) => group.namespace === service.namespace)
  const likely = near.filter((group) => targetPortIn(port, group.template) !== null && declares(group, port.targetPort))
  const remedies = likely.length === 1 ? likely.map((group) => selectPods(service, group)) : []
  const waits = whatWaits(world)
  if (waits !== null) return unknown(`${name} finds no pods among what was read. ${waits}.`, noEndpoints.cause)
  if (keys.length === 0)
    return always(noEndpoints.cause, `${name} has no selector, so it gets no endpoints.`, { remedies })
  const wanted = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`)
  if (world.isComplete) {
    return always(noEndpoints.cause, `${name} selects ${listed(wanted)}, which no pods here have.`, { remedies })
  }
  const strangers = groups.filter((group) => selectedPods({ ...service, namespace: group.namespace }, group) !== null)
  const elsewhere =
    strangers.length === 0
      ? ''
      : ` ${listed(strangers.map(groupName))} ${strangers.length === 1 ? 'has' : 'have'} it, in another namespace: a Service selects pods of its own alone.`
  return unknown(`${name} selects ${listed(wanted)}; no pods with that were read.${elsewhere}`, noEndpoints.cause, {
    remedies,
  })
}

/** What makes the pods is written so that none of them ever answers, or so that somebody else decides. */
function neverServes({ world }: Scene, claim: Claimed): Finding | null {
  const wantsReady = claim.kind === 'nodePort' && !claim.service.publishNotReadyAddresses
  const found = claim.groups.flatMap((group) => {
    const flaw = world.flaws.get(keyOf(group))
    const isNone = flaw === undefined || (!wantsReady && (flaw.kind === 'unready' || flaw.kind === 'gated'))
    return isNone ? [] : [{ name: groupName(group), ...flaw }]
  })
  const [first] = found
  if (first === undefined || found.length < claim.groups.length) return null
  const unsure = found.find(({ kind }) => kind === 'open' || kind === 'waiting' || kind === 'gated')
  if (unsure !== undefined) {
    const cause = unsure.kind === 'open' ? objectRefused.cause : noEndpoints.cause
    return unknown(`${unsure.name} ${unsure.because}.`, cause)
  }
  const { name, because } = first
  switch (first.kind) {
    case 'refused':
      return always(objectRefused.cause, `The API server refuses ${name}: ${because}.`)
    case 'barred':
      return always(noEndpoints.cause, `The API server refuses the pods of ${name}: they ${because}.`)
    case 'idle':
      return always(noEndpoints.cause, `${name} ${because}.`)
    default:
      return always(noEndpoints.cause, `The pods of ${name} never become ready: ${because}.`)
  }
}

/** Source: KEDA, ScaledObject: without work it scales to minReplicaCount, which is 0 where it is not set. */
function sleepsWhileIdle({ world }: Scene, group: PodGroup): string | null {
  const scaler = scalerOf(group, world.autoscalers)
  return scaler === null || scaler.least > 0 || scaler.kind === 'HorizontalPodAutoscaler'
    ? null
    : `${scaler.kind} ${scaler.namespace}/${scaler.name} takes ${groupName(group)} to zero pods while it has no work.`
}

function declares(group: PodGroup, targetPort: string): boolean {
  return group.template.ports.some((one) => one.name === targetPort || String(one.containerPort) === targetPort)
}

/** A targetPort by name that no pod declares: such endpoints have no port. */
export function wrongName(claim: Claimed): Finding | null {
  if (claim.kind !== 'nodePort' || claim.groups.some((group) => targetPortIn(claim.port, group.template) !== null))
    return null
  const { service, port, groups } = claim
  return always(
    targetPortWrong.cause,
    `Service ${service.namespace}/${service.name} leads to the port named ${port.targetPort}, which ${listed(groups.map(groupName))} does not declare.`,
  )
}
