import { type Clock, PortolanError, type TargetView } from '@portolan/core'
import type { Live } from '../live.ts'
import { fullName, namedPorts } from '../port-name.ts'
import { noRoute } from '../why/named.ts'
import {
  answers,
  isProbed,
  portsToWaitFor,
  routesToWaitFor,
  unknownNames,
  type Waited,
  type WaitedNames,
} from './waited-port.ts'

/** A cluster that appears while we wait may not have all of its nodes at once, ms. */
const GROWS_MS = 10_000
const LOOK_EVERY_MS = 200

export interface Waiting {
  /** Resolves when every port answers. Rejects with PortolanError usage, no_clusters where that can never be. */
  answered: Promise<void>
  ports(): Waited[]
  /** @throws PortolanError where there is nothing to say of any port: the time was over before its cluster was there */
  requireAll(): void
  cancel(): void
}

/** Waits for the ports of clusters that are watched; clusters that were named may still have to appear. */
export function startWaiting(options: {
  live: Pick<Live, 'byAddress' | 'clusters' | 'ignored' | 'collector'>
  clock: Clock
  clusters: readonly string[]
  names: WaitedNames
  onAnswer(port: Waited): void
}): Waiting {
  const { live, clock, clusters, names, onAnswer } = options
  const startedAt = clock.monotonic()
  const answeredAt = new Map<string, number>()
  const failedAgain = new Set<string>()
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>()
  let appearedAt: number | null = null
  let cancelled = false
  let cancelTimer = () => {}

  function ports(): Waited[] {
    const incidents = live.collector.incidents()
    const targets = live.collector.targets()
    const stand = (target: Waited['target'], isWell: boolean, incident: string | null): Waited => {
      const at = answeredAt.get(fullName(target))
      return {
        target,
        answers: isWell,
        answeredAfterMs: at === undefined ? null : Math.round(at - startedAt),
        isAgain: failedAgain.has(fullName(target)),
        incident: incidents.find(({ id }) => id === incident) ?? null,
      }
    }
    return [
      ...portsToWaitFor(targets, names).map((target) => stand(target, answers(target), target.incident)),
      // Behind a dark port a route has no incident of its own.
      ...routesToWaitFor(targets, names).map(({ route, port }) =>
        stand(route, route.state === 'up' && route.degraded === null, route.incident ?? port.incident),
      ),
    ]
  }

  function hasAppeared(): boolean {
    const present = live.clusters()
    return present.length > 0 && clusters.every((name) => present.includes(name))
  }

  function look(isFirst = false): void {
    if (cancelled) return
    try {
      if (isDone(isFirst)) resolve()
      else cancelTimer = clock.after(LOOK_EVERY_MS, look)
    } catch (error) {
      reject(error)
    }
  }

  /** Why the ports are not known of a cluster that no engine holds; null where they are. */
  function whyUnknown(): string | null {
    if (!live.byAddress) return null
    return (
      live
        .clusters()
        .map((name) => live.collector.blind(name))
        .find((why) => why !== null) ?? null
    )
  }

  function isDone(isFirst: boolean): boolean {
    if (!hasAppeared()) {
      if (clusters.length === 0) throw noCluster(live, clusters)
      appearedAt = null
      return false
    }
    appearedAt ??= isFirst ? clock.monotonic() - GROWS_MS : clock.monotonic()
    const targets = live.collector.targets()
    const now = clock.monotonic()
    if (whyUnknown() === null && now - appearedAt >= GROWS_MS) requirePorts(live, targets, names)
    // Routes come from the objects, later than the mapped ports.
    if (now - Math.max(startedAt, appearedAt) >= GROWS_MS) requireRoutes(targets, names)
    for (const port of ports()) noteAnswer(port)
    const waited = ports()
    const unknown = unknownNames(targets, names)
    const areKnown = unknown.ports.length + unknown.routes.length === 0
    return waited.length > 0 && areKnown && waited.every((one) => one.answers)
  }

  function noteAnswer(port: Waited): void {
    const name = fullName(port.target)
    if (!port.answers) {
      if (answeredAt.delete(name)) failedAgain.add(name)
    } else if (!answeredAt.has(name)) {
      answeredAt.set(name, clock.monotonic())
      onAnswer({ ...port, answeredAfterMs: Math.round(clock.monotonic() - startedAt) })
    }
  }

  look(true)
  return {
    answered,
    ports,
    requireAll() {
      if (!hasAppeared()) throw noCluster(live, clusters)
      const why = whyUnknown()
      if (why !== null) throw new PortolanError('api_unreachable', why, 'its ports are known by its objects alone')
      const targets = live.collector.targets()
      requirePorts(live, targets, names)
      requireRoutes(targets, names)
    },
    cancel() {
      cancelled = true
      cancelTimer()
    },
  }
}

function noCluster(live: Pick<Live, 'clusters' | 'ignored'>, wanted: readonly string[]): PortolanError {
  const present = live.clusters()
  const missing = wanted.filter((name) => !present.includes(name))
  const exist = [...present, ...live.ignored()].toSorted()
  return new PortolanError(
    'no_clusters',
    missing.length === 0
      ? 'this machine has no cluster to wait for'
      : `no cluster named ${missing.join(' or ')} appeared`,
    exist.length === 0
      ? 'make one: kind create cluster --config FILE; wait --cluster NAME also waits for the cluster'
      : `these exist: ${exist.join(', ')}`,
  )
}

/** @throws PortolanError usage where no route has a name */
function requireRoutes(targets: readonly TargetView[], names: WaitedNames): void {
  const [unknown] = unknownNames(targets, names).routes
  const known = targets.flatMap(({ routes }) => routes)
  if (unknown !== undefined) throw noRoute(unknown, known)
}

/** @throws PortolanError usage where no port has a name, or none is left to wait for */
function requirePorts(
  { byAddress, clusters }: Pick<Live, 'byAddress' | 'clusters'>,
  targets: readonly TargetView[],
  names: WaitedNames,
): void {
  const probed = targets.filter(isProbed)
  const exist = (asked: string) =>
    probed.length === 0 ? 'none is watched' : `these are watched: ${namedPorts(probed.map(fullName), asked)}`
  const [unknown] = unknownNames(targets, names).ports
  if (unknown !== undefined) {
    const name = `${unknown.cluster === null ? '' : `${unknown.cluster}/`}${unknown.name}`
    throw new PortolanError('usage', `no port is called ${name}`, exist(unknown.name))
  }
  const silent = portsToWaitFor(targets, names).find((target) => !isProbed(target))
  if (silent !== undefined) {
    throw new PortolanError(
      'usage',
      `${fullName(silent)} cannot be waited for: ${silent.note ?? 'not probed'}`,
      exist(silent.id),
    )
  }
  if (probed.length > 0) return
  const of = clusters().join(' and ')
  if (byAddress)
    throw new PortolanError(
      'usage',
      `no port of ${of} can be waited for: none is probed`,
      'create a Service of type NodePort or LoadBalancer, or a pod with a host port',
    )
  throw new PortolanError(
    'usage',
    `no host port of ${of} can be waited for: none is mapped and probed`,
    'host ports are mapped by extraPortMappings in the kind configuration, before the cluster is created',
  )
}
