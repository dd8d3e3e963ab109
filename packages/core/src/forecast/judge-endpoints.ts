import { noEndpoints } from '../causes/no-endpoints.ts'
import { targetPortWrong } from '../causes/nobody-listens.ts'
import { listed } from '../causes/words.ts'
import { targetPortIn } from '../route/claim.ts'
import type { Claimed } from './claim.ts'
import { scaleUp, selectPods } from '../remedies/edits.ts'
import { always, type Finding, unknown } from './finding.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import type { Scene } from './scene.ts'

/** Nobody is there to answer, wherever pods may land. */
export function noPods(scene: Scene, claim: Claimed): Finding | null {
  const asleep = claim.groups.find((group) => group.replicas === 0)
  if (asleep !== undefined && claim.groups.every((group) => group.replicas === 0)) {
    return always(noEndpoints.cause, `${groupName(asleep)} asks for no pods.`, { remedies: [scaleUp(asleep)] })
  }
  if (claim.kind !== 'nodePort' || claim.groups.length > 0) return null
  const { service, port } = claim
  const name = `Service ${service.namespace}/${service.name}`
  const { world, groups } = scene
  const hasOwnSlices = world.slices.some(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  )
  const keys = Object.keys(service.selector)
  if (hasOwnSlices) return unknown(`${name} has endpoints that no selector keeps: where they lead is not known.`)
  const near = groups.filter((group) => group.namespace === service.namespace)
  const likely = near.filter((group) => targetPortIn(port, group.template) !== null && declares(group, port.targetPort))
  const remedies = likely.length === 1 ? likely.map((group) => selectPods(service, group)) : []
  if (keys.length === 0)
    return always(noEndpoints.cause, `${name} has no selector, so it gets no endpoints.`, { remedies })
  const sharesKey = near.some((group) => keys.some((key) => key in group.template.labels))
  const wanted = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`)
  return sharesKey
    ? always(noEndpoints.cause, `${name} selects ${listed(wanted)}, which no pods here have.`, { remedies })
    : unknown(`${name} selects ${listed(wanted)}; the pods are not among what was read.`)
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
