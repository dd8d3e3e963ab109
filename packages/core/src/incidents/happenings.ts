import { isRunning } from '../causes/context.ts'
import { ownerOf, selectorText } from '../causes/words.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Happening, Incident } from '../model/incident.ts'
import { keyOf } from '../model/snapshot.ts'
import type { Path } from '../route/path.ts'
import { HEARD_AFTER_MS } from './diagnose-track.ts'
import type { TargetTrack } from './target-track.ts'

/** So many are remembered of one port. */
const MOST = 20
/** So long before a port goes dark something may have set that off. */
const BEFORE_MS = 60_000
/** A change may be heard of so long after it took effect. */
const HEARD_MS = 1000

/** Something happened behind the port. Of an open incident the first is the trigger and stays it. */
export function noteHappening(track: TargetTrack, happening: Happening): void {
  track.happenings = [...track.happenings, happening].slice(-MOST)
  const { incident } = track
  if (incident === null) return
  const { trigger, later = [], foundDarkAt, darkSince } = incident
  const isFirst = trigger === undefined && foundDarkAt === undefined && later.length === 0
  track.incident =
    isFirst && happening.at <= darkSince + HEARD_AFTER_MS
      ? { ...incident, trigger: happening }
      : { ...incident, later: [...later, happening].slice(-MOST) }
}

/** How an outage that opens now began: the last that happened before it, else the first that came with it. */
export function beginningOf(
  track: TargetTrack,
  darkSince: number,
): Pick<Incident, 'trigger' | 'later' | 'foundDarkAt' | 'neverAnswered'> {
  const foundDark = { foundDarkAt: track.firstSeenAt }
  if (track.answered === 0 && track.quietUntil === 0) return foundDark
  const near = track.happenings.filter(({ at }) => at >= darkSince - BEFORE_MS)
  const trigger = near.findLast(({ at }) => at <= darkSince + HEARD_MS) ?? near[0]
  if (trigger === undefined) return track.answered === 0 ? foundDark : {}
  const later = near.slice(near.indexOf(trigger) + 1)
  return { trigger, ...(later.length > 0 && { later }), ...(track.answered === 0 && { neverAnswered: true }) }
}

/** What changed in how the port is led to its pods, as clauses. */
export function routingChanges(inventory: Readonly<Inventory>, before: Path, after: Path): string[] {
  return [...routeChanges(inventory, before, after), ...policyChanges(before, after)]
}

function routeChanges({ services }: Readonly<Inventory>, before: Path, after: Path): string[] {
  const [was, is] = [before.route, after.route]
  const { inForce, hostPort, containerPort } = after.mapping
  // One that stops has no bindings, which is not the engine's fault.
  if (before.mapping.inForce && !inForce && isRunning(after.container))
    return [`the engine lost the binding of host port ${hostPort}`]
  if (was.kind !== 'nodePort' || is.kind !== 'nodePort' || was.service.uid !== is.service.uid) {
    if (was.kind === is.kind && was.kind !== 'nodePort') return []
    if (is.kind !== 'none') return [`${ownerOf(after)} took port ${containerPort}`]
    const isDeleted = was.kind === 'nodePort' && !services.has(keyOf(was.service))
    return [`${ownerOf(before)} ${isDeleted ? 'was deleted' : `gave up port ${containerPort}`}`]
  }
  const differs = (name: string, a: string, b: string) => (a === b ? [] : [`${name} from ${a} to ${b}`])
  const changed = [
    ...differs('externalTrafficPolicy', was.service.externalTrafficPolicy, is.service.externalTrafficPolicy),
    ...differs('targetPort', was.port.targetPort, is.port.targetPort),
    ...differs('selector', selectorText(was.service.selector), selectorText(is.service.selector)),
  ]
  return changed.map((one) => `${ownerOf(after)} changed its ${one}`)
}

function policyChanges({ policy: was }: Path, { policy: is }: Path): string[] {
  if (was?.uid === is?.uid) return []
  const nameOf = (policy: typeof is) => `NetworkPolicy ${policy?.namespace}/${policy?.name}`
  return [is === null ? `${nameOf(was)} no longer keeps clients out` : `${nameOf(is)} keeps clients out`]
}

/** What its pods did, as clauses. A pod that moves is reported as a move of its workload. */
export function podChanges(before: Path, after: Path, mayGo: boolean): string[] {
  return after.pods.flatMap((pod) => {
    const was = before.pods.find(({ uid }) => uid === pod.uid)
    const name = `Pod ${pod.namespace}/${pod.name} on ${pod.node ?? 'no node'}`
    if (was === undefined || pod.deletedAt > 0)
      return mayGo && was?.deletedAt === 0 ? [`${name} began to terminate`] : []
    return was.ready && !pod.ready ? [`${name} is not ready any more`] : []
  })
}
