import type { Assignment, ClusterState } from '@portolan/core'
import type { Kept, SimulatedCollector } from '../collector.ts'
import type { ObservedCluster } from '../observed-cluster.ts'

/** What each observer was last assigned is what the state says that it does. */
export function theProbesAreThoseThatTheStateAsksFor(
  { name, probing }: ClusterState,
  assigned: ReadonlyMap<string, Assignment>,
): string | null {
  const observers = new Set([...probing.plans.values()].flatMap((ofPort) => [...ofPort.keys()]))
  for (const observer of observers) {
    const ofPorts = [...probing.plans.values()].flatMap((ofPort) => ofPort.get(observer)?.plans ?? [])
    const asked = [...ofPorts, ...(probing.fabric.shares.get(observer)?.assignment.plans ?? [])]
    const told = new Set(
      (assigned.get(`${name} ${observer}`)?.plans ?? []).map(({ id, address }) => `${id} ${address}`),
    )
    const missing = asked.find(({ id, address }) => !told.has(`${id} ${address}`))
    if (missing !== undefined) return `${observer} was never asked for ${missing.id}`
  }
  return null
}

/** Every port of a running node is looked at. */
export function everyMappedPortIsProbed(
  { name, ports }: ClusterState,
  cluster: ObservedCluster,
  assigned: ReadonlyMap<string, Assignment>,
): string | null {
  const plans = assigned.get(`${name} host`)?.plans ?? []
  for (const { machine } of cluster.model.nodes.values()) {
    if (!machine.running || machine.unheard === 'bindings_lost') continue
    for (const { hostPort } of machine.ports) {
      const target = `host:${hostPort}`
      if (!ports.tracks.has(target)) return `${target} is mapped and not watched`
      if (!plans.some((plan) => plan.target === target)) return `${target} is mapped and not probed`
    }
  }
  return null
}

/** So much of each is more than any run of this size needs, however long it goes on. */
const MOST = {
  streams: 4000,
  vacancies: 200,
  warnings: 3000,
  histories: 400,
  happenings: 100,
  epochs: 1000,
  planUsers: 2000,
}

export function memoryStaysBounded({ intake, moves, inventory, probing, ports }: ClusterState): string | null {
  const tracks = [...ports.tracks.values()]
  const sizes: Record<keyof typeof MOST, number> = {
    streams: intake.seen.size,
    vacancies: moves.vacancies.length,
    warnings: inventory.warnings.size,
    histories: probing.fabricHistories.size,
    happenings: Math.max(0, ...tracks.map((track) => track.happenings.length)),
    epochs: Math.max(0, ...tracks.map((track) => track.epochs.length)),
    planUsers: probing.planUsers.size,
  }
  const large = (Object.keys(MOST) as (keyof typeof MOST)[]).find((what) => sizes[what] > MOST[what])
  return large === undefined ? null : `${large} grew to ${sizes[large]}`
}

/** What was acknowledged is stored, and nothing is stored twice. */
export function whatWasAcknowledgedIsStoredOnce(collector: SimulatedCollector): string | null {
  const last = new Map<string, number>()
  for (const { facts } of collector.kept.values()) {
    const streams = new Map<string, number>()
    for (const { source, boot, sequence } of facts) {
      const stream = `${source} ${boot}`
      if (sequence <= (streams.get(stream) ?? 0)) return `${stream} ${sequence} is stored twice or out of order`
      streams.set(stream, sequence)
    }
    for (const [stream, sequence] of streams) last.set(stream, Math.max(sequence, last.get(stream) ?? 0))
  }
  for (const [stream, sequence] of collector.acknowledged) {
    if ((last.get(stream) ?? 0) < sequence) return `${stream} ${sequence} was acknowledged and is not stored`
  }
  return null
}

/** @param replayed the changes that the facts lead to now */
export function aReplayTellsTheSame({ changes }: Pick<Kept, 'changes'>, replayed: readonly unknown[]): string | null {
  for (const [index, change] of changes.entries()) {
    const again = JSON.stringify(replayed[index])
    if (again !== JSON.stringify(change))
      return `change ${index} was ${JSON.stringify(change).slice(0, 300)} and is ${String(again).slice(0, 300)}`
  }
  return replayed.length === changes.length ? null : `${changes.length} changes became ${replayed.length}`
}
