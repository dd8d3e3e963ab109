import { pause } from '@portolan/base'
import { type Clock, PortolanError, type RouteExplanation, type TargetExplanation } from '@portolan/core'
import { createLogger } from '@portolan/runtime'
import { createLive, type Live } from '../live.ts'
import type { PortName } from '../port-name.ts'
import { onePort } from '../one-port.ts'
import type { Sight } from '../running/asked.ts'
import { findRoute } from '../route-name.ts'
import { answers } from '../wait/waited-port.ts'
import { noRoute } from './named.ts'

export interface ShortWatch {
  sight: Omit<Sight, 'demo'>
  asksPods: boolean
  clock: Clock
  signal: AbortSignal
}

const INTERVAL_MS = 500
const LOOK_EVERY_MS = 100

/**
 * Watches until something is settled, or the time is over. Nothing is kept and nothing is served.
 *
 * @param look what is known so far, and whether that is enough
 * @throws PortolanError where it cannot work at all, or this machine has no cluster
 */
export async function watchShortly<T>(
  { sight, asksPods, clock, signal }: ShortWatch,
  forMs: number,
  look: (live: Live) => { found: T; isEnough: boolean },
): Promise<T> {
  const live = createLive({
    ...sight,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: null,
    listen: null,
    intervalMs: INTERVAL_MS,
    asksPods,
    onChange: () => {},
    onNotice: () => {},
  })
  const over = clock.monotonic() + forMs
  // Everything else may be unref'ed; this keeps the process there.
  const alive = setInterval(() => {}, LOOK_EVERY_MS * 100)
  try {
    await live.start()
    requireClusters(live, sight.only)
    for (;;) {
      const { found, isEnough } = look(live)
      if (isEnough || clock.monotonic() >= over) return found
      await pause(clock, LOOK_EVERY_MS, signal)
      signal.throwIfAborted()
    }
  } finally {
    clearInterval(alive)
    await live.stop()
  }
}

/**
 * One port, until it answers everywhere or its cause is proven.
 *
 * @throws PortolanError usage where it is not mapped, api_unreachable where only the API server says which there are
 */
export async function explainShortly(watch: ShortWatch, forMs: number, name: PortName): Promise<TargetExplanation> {
  let why: string | null = null
  const found = await watchShortly<TargetExplanation | null>(watch, forMs, (live) => {
    why = unknownBecause(live)
    if (why !== null) return { found: null, isEnough: false }
    const target = onePort(live.collector.targets(), name)
    const explanation = live.collector.explain(`${target.cluster}/${target.id}`)
    const isEnough =
      explanation !== null && (answers(explanation.target) || explanation.incident?.confidence === 'proven')
    return { found: explanation, isEnough }
  })
  if (found !== null) return found
  throw new PortolanError('api_unreachable', why ?? 'the port is not mapped any more', 'ask again, with a longer --for')
}

/**
 * One route, until it is up or its cause is proven. Which routes there are is known only after their objects are.
 *
 * @throws PortolanError usage where none of that name was found in time
 */
export async function explainRouteShortly(watch: ShortWatch, forMs: number, text: string): Promise<RouteExplanation> {
  const { found, names } = await watchShortly(watch, forMs, ({ collector }) => {
    const known = collector.routes()
    const routes = known.map(({ route }) => route)
    const view = findRoute(routes, text)
    const route = known.find((one) => one.route === view) ?? null
    const isEnough = route?.route.state === 'up' || route?.incident?.confidence === 'proven'
    return { found: { found: route, names: routes }, isEnough }
  })
  if (found === null) throw noRoute(text, names)
  return found
}

/** Of a cluster that is known by its addresses the objects say which ports there are. */
function unknownBecause({ byAddress, clusters, collector }: Live): string | null {
  if (!byAddress) return null
  return (
    clusters()
      .map((name) => collector.blind(name))
      .find((blind) => blind !== null) ?? null
  )
}

function requireClusters(live: Live, only: readonly string[]): void {
  if (live.clusters().length > 0) return
  const others = live.ignored()
  throw others.length > 0
    ? new PortolanError('usage', `there is no cluster named ${only.join(' or ')}`, `these exist: ${others.join(', ')}`)
    : new PortolanError(
        'no_clusters',
        'this machine has no cluster in containers (kind, k3d, minikube, Talos), and neither watch nor demo runs',
        'make one: kind create cluster --config FILE; or see it without one: portolan demo',
      )
}
