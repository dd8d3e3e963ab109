import { podPending } from '../causes/pod-pending.ts'
import { routeMissing } from '../causes/without-incident.ts'
import { type Controller, controllerOf } from '../cluster/edge-proxies.ts'
import { concerns } from '../cluster/eligible.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import { keyOf } from '../model/snapshot.ts'
import type { Doubt } from '../model/world.ts'
import { portBehind, targetPortIn } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claim, Claimed } from './claim.ts'
import { type Finding, unknown } from './finding.ts'
import { serviceName } from './refused.ts'
import type { Scene } from './scene.ts'

/** What the files show to be well is not known to be so where something that is not among them decides. */
export function unlessDoubted(scene: Scene, claim: Claim, mapped: MappedPort, finding: Finding): Finding {
  if (finding.verdict !== 'fine' || claim.kind === 'none' || scene.world.isComplete) return finding
  const doubt = doubtOf(scene, claim, mapped)
  return doubt === null ? finding : unknown(`${doubt.because}.`, doubt.cause)
}

function doubtOf(scene: Scene, claim: Claimed, mapped: MappedPort): Doubt | null {
  const { doubts } = scene.world
  const ofService = claim.kind === 'nodePort' ? doubts.get(keyOf(claim.service)) : undefined
  if (ofService !== undefined && claim.kind === 'nodePort') return about(serviceName(claim.service), ofService)
  const found = claim.groups.map((group) => {
    const given = doubts.get(keyOf(group))
    const doubt = given ?? nowhereTogether(scene, group) ?? unaskedProxy(scene, claim, mapped, group)
    return doubt === null ? null : about(groupName(group), doubt)
  })
  return found.includes(null) ? null : (found[0] ?? null)
}

function about(name: string, { because, cause }: Doubt): Doubt {
  return { because: `${name} ${because}`, cause }
}

/** The pods go where other pods are, and there are none. */
function nowhereTogether({ groups }: Scene, group: PodGroup): Doubt | null {
  const isAlone = (group.template.podRules ?? []).some(
    (rule) => rule.kind === 'together' && !groups.some((other) => concerns(rule, group, other)),
  )
  return isAlone
    ? {
        because: 'has pods that wait for others to be near (required affinity), which are not among the files',
        cause: podPending.cause,
      }
    : null
}

/** An edge proxy that opens its ports once something asks for them, and nothing among the files does. */
function unaskedProxy(scene: Scene, claim: Claimed, mapped: MappedPort, group: PodGroup): Doubt | null {
  const proxy = controllerOf(group.template)
  if (proxy?.opensLate === undefined) return null
  const target =
    claim.kind === 'nodePort'
      ? targetPortIn(claim.port, group.template)
      : (portBehind(group.template, { ...mapped, addresses: [] })?.containerPort ?? null)
  if (target === null || proxy.opensLate.always.includes(target)) return null
  const numbers = [target, ...(claim.kind === 'nodePort' ? [claim.port.port] : [mapped.containerPort])]
  if (isAsked(scene, proxy, group, numbers)) return null
  return {
    because: `is of ${proxy.name}, which opens a port once a route or a Gateway asks for it, and none among the files asks for this one`,
    cause: routeMissing.cause,
  }
}

function isAsked(
  { world: { customs, routes } }: Scene,
  { opensLate }: Controller,
  { template }: PodGroup,
  numbers: readonly number[],
): boolean {
  if (opensLate?.kinds.test('Ingress') === true && routes.some(({ kind }) => kind === 'Ingress')) return true
  return customs.some(({ kind, listens }) => {
    if (opensLate?.kinds.test(kind) !== true) return false
    if (listens === undefined) return true
    const isMeant = Object.entries(listens.selector).every(([key, value]) => template.labels[key] === value)
    return isMeant && listens.ports.some((port) => numbers.includes(port))
  })
}
