import { join } from 'node:path'
import { type ClusterView, openStoreReader } from '@portolan/collector'
import { type Clock, type RouteExplanation, type TargetExplanation, withoutKind } from '@portolan/core'
import {
  encodeExplanation,
  encodeRouteExplanation,
  type ExplanationDocument,
  explanationDocument,
  type RouteExplanationDocument,
  routeExplanationDocument,
  routesDocument,
  targetsDocument,
  type WhyDocument,
} from '@portolan/wire'
import { onePort } from '../one-port.ts'
import { readPortName } from '../port-name.ts'
import { findRoute } from '../route-name.ts'
import { ownCommand } from '../program-name.ts'
import { proxyNote } from '../proxy-note.ts'
import { chooseSight } from '../running/asked.ts'
import type { Running } from '../running/entry.ts'
import { findRunning } from '../running/folder.ts'
import type { Access, AnyAccess } from '../settings.ts'
import { stateFolderToRead } from '../state-folder.ts'
import { isBehindDark, whyOf, whyOfRoute } from './answer.ts'
import { findNamed, isPortName, noRoute } from './named.ts'
import { openPage } from './page.ts'
import { explainRouteShortly, explainShortly } from './short-watch.ts'

export interface WhyQuestion {
  /** A port, or a route behind one, as people write it. */
  name: string
  /** How long a watch of its own may last at most. */
  forMs: number
  asksPods: boolean
  access: Access | AnyAccess
  /** A folder to read instead of whichever Portolan runs. */
  state: string | null
  /** Where another Portolan serves its page, such as one that is installed in a cluster. */
  page: string | null
}

interface Seen {
  explained: ExplanationDocument | RouteExplanationDocument
  source: WhyDocument['source']
}

/**
 * Asks who knows most of the port or route: a watch that runs, else a short watch of this machine's clusters, else the demo that
 * runs.
 *
 * @param time a moment within a sentence
 * @throws PortolanError usage where there is none, and whatever keeps it from looking
 */
export async function askWhy(
  question: WhyQuestion,
  world: {
    env: NodeJS.ProcessEnv
    clock: Clock
    signal: AbortSignal
    time(at: number): string
    onDemo(demo: Running): void
  },
): Promise<WhyDocument> {
  const { clock, time } = world
  const { explained, source } = await see(question, world)
  const now = clock.now()
  if ('route' in explained) {
    const { id, cluster, port } = explained.route
    const route = `${cluster}/${withoutKind(id)}`
    const verify =
      port === null
        ? ownCommand('why', route)
        : isBehindDark(explained)
          ? ownCommand('why', `${cluster}/${withoutKind(port)}`)
          : ownCommand('wait', route, '--timeout=60s')
    return whyOfRoute(explained, { source, verify, now, time })
  }
  const { id, cluster } = explained.target
  const verify = ownCommand('wait', `${cluster}/${withoutKind(id)}`, '--timeout=60s')
  const why = whyOf(explained, { source, verify, now, time })
  const note = source.kind === 'page' ? null : proxyNote(world.env, explained.target.listenAddresses)
  return note === null ? why : { ...why, notes: [...why.notes, note] }
}

async function see(question: WhyQuestion, world: Parameters<typeof askWhy>[1]): Promise<Seen> {
  const { name, access, page, state } = question
  const { env, clock, signal, onDemo } = world
  if (page !== null) return fromPage(page, name, clock.now())
  if (state !== null)
    return fromViews(await viewsOf(stateFolderToRead(state, env)), name, clock.now(), { kind: 'store', page: null })
  const watched = hasAccess(access) ? null : await fromRunning(name, env, clock.now(), onDemo)
  if (watched !== null) return watched
  const isPort = isPortName(name)
  const { demo, ...sight } = await chooseSight(access, [readPortName(name)], env)
  if (demo !== null) {
    onDemo(demo)
    return fromViews(await viewsOf(demo.state), name, clock.now(), demo)
  }
  const { forMs, asksPods } = question
  const watch = { sight, asksPods, clock, signal }
  const found = isPort
    ? await explainShortly(watch, forMs, readPortName(name))
    : await explainRouteShortly(watch, forMs, name)
  const now = clock.now()
  return {
    explained: encode(found, now),
    source: { kind: 'own', page: null, at: new Date(now).toISOString() },
  }
}

function hasAccess({ kubeconfig, context, only }: Access): boolean {
  return kubeconfig !== undefined || context !== undefined || only.length > 0
}

function encode(found: TargetExplanation | RouteExplanation, now: number): Seen['explained'] {
  return 'route' in found ? encodeRouteExplanation(found, now) : encodeExplanation(found, now)
}

/** A watch that has it. A demo is asked for a port only where nobody else has one of its number. */
async function fromRunning(
  name: string,
  env: NodeJS.ProcessEnv,
  now: number,
  onDemo: (demo: Running) => void,
): Promise<Seen | null> {
  for (const running of findRunning(env)) {
    if (running.kind !== 'watch' && isPortName(name)) continue
    const views = await viewsOf(running.state).catch(() => [])
    try {
      const seen = fromViews(views, name, now, running)
      if (running.kind === 'demo') onDemo(running)
      return seen
    } catch {
      continue
    }
  }
  return null
}

async function viewsOf(state: string): Promise<ClusterView[]> {
  const store = openStoreReader(join(state, 'portolan.db'))
  try {
    return await store.views()
  } finally {
    store.close()
  }
}

function fromViews(
  views: readonly ClusterView[],
  name: string,
  now: number,
  { kind, page }: Pick<WhyDocument['source'], 'kind' | 'page'>,
): Seen {
  const found = findNamed(views, name)
  const { cluster } = 'route' in found ? found.route : found.target
  const view = views.find((one) => one.cluster === cluster)
  return {
    explained: encode(found, now),
    source: { kind, page, at: new Date(view?.lastAt ?? now).toISOString() },
  }
}

async function fromPage(page: string, name: string, now: number): Promise<Seen> {
  const { address, read } = await openPage(page)
  const source = { kind: 'page' as const, page: address, at: new Date(now).toISOString() }
  const pathOf = (of: string, { id, cluster }: { id: string; cluster: string }) =>
    `/api/v1/${of}/${encodeURIComponent(id)}?cluster=${encodeURIComponent(cluster)}`
  if (isPortName(name)) {
    const { targets } = await read('/api/v1/targets', targetsDocument)
    const path = pathOf('targets', onePort(targets, readPortName(name)))
    return { explained: await read(path, explanationDocument), source }
  }
  const { routes } = await read('/api/v1/routes', routesDocument)
  const route = findRoute(routes, name)
  if (route === null) throw noRoute(name, routes)
  return { explained: await read(pathOf('routes', route), routeExplanationDocument), source }
}
