import { type Change, type Clock, type Incident, type TargetExplanation, withoutKind } from '@portolan/core'
import { createLogger } from '@portolan/runtime'
import { createLive, type Live } from './live.ts'
import type { PortName } from './port-name.ts'
import { noticeText } from './render/notice.ts'
import { untilStopped } from './until-stopped.ts'

/** To find the port dark, and to read the rules twice; on a machine that has nothing else to do it takes four seconds. */
const PATIENCE_MS = 60_000
const INTERVAL_MS = 500

/**
 * Watches the machine's clusters until the rules of the port's node have been read, or the port answers. Keeps nothing.
 *
 * @returns all of their ports as they were seen then
 */
export async function watchUntilProven(
  name: PortName,
  options: { clock: Clock; kubeconfig?: string },
): Promise<TargetExplanation[]> {
  const { clock, ...access } = options
  const stopped = untilStopped(clock, null)
  const { promise: settled, resolve } = Promise.withResolvers<void>()
  const live: Live = createLive({
    ...access,
    env: process.env,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: null,
    listen: null,
    only: name.cluster === null ? [] : [name.cluster],
    intervalMs: INTERVAL_MS,
    asksPods: false,
    proves: (port) => isMeant(port, name),
    onChange: (change) => settles(change, name) && resolve(),
    onNotice: (notice) => void process.stderr.write(noticeText(notice)),
  })
  try {
    await live.start()
    clock.after(PATIENCE_MS, resolve)
    await Promise.race([settled, stopped.promise])
    return live.collector.targets().flatMap(({ cluster, id }) => live.collector.explain(`${cluster}/${id}`) ?? [])
  } finally {
    stopped.cancel()
    await live.stop()
  }
}

function isMeant({ cluster, target }: { cluster: string; target: string }, name: PortName): boolean {
  return withoutKind(target) === name.name && (name.cluster === null || cluster === name.cluster)
}

function settles(change: Change, name: PortName): boolean {
  if (!('target' in change) || !isMeant(change, name)) return false
  if (change.type === 'target.state') return change.state === 'up'
  return 'incident' in change && hasRules(change.incident)
}

function hasRules({ evidence }: Incident): boolean {
  return evidence.some(({ kind }) => kind === 'rule')
}

/** Why nothing of the rules is in an explanation; null where something is. */
export function notProvenBecause({ target, incident }: TargetExplanation): string | null {
  if (incident === null) return target.state === 'up' ? 'the port answers' : 'it is not known whether the port is dark'
  if (hasRules(incident)) return null
  return target.route === 'hostPort' || target.route === 'hostNetwork'
    ? 'kube-proxy has no part in a host port'
    : `${target.node} does not run, or did not answer in time`
}

/**
 * What was known of a port, with what its node's rules showed just now. A verdict that they prove takes the place of one
 * that was not proven.
 */
export function withProof(known: TargetExplanation, seen: TargetExplanation): TargetExplanation {
  const { incident } = seen
  if (known.incident === null || incident === null || !hasRules(incident)) return known
  const isBetter = incident.confidence === 'proven' && known.incident.confidence !== 'proven'
  const { cause, confidence, candidates, summary, remedies } = isBetter ? incident : known.incident
  const rest = (isBetter ? incident : known.incident).evidence.filter(({ kind }) => kind !== 'rule')
  const evidence = [...rest, ...incident.evidence.filter(({ kind }) => kind === 'rule')]
  return {
    ...known,
    hops: seen.hops,
    incident: { ...known.incident, cause, confidence, candidates, summary, remedies, evidence },
  }
}
