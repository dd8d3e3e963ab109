import { join } from 'node:path'
import { type ClusterView, openStoreReader } from '@portolan/collector'
import { type Clock, PortolanError, withoutKind } from '@portolan/core'
import {
  encodeExplanation,
  type ExplanationDocument,
  explanationDocument,
  targetsDocument,
  type WhyDocument,
} from '@portolan/wire'
import { onePort } from '../one-port.ts'
import { fullName, isNamed, type PortName } from '../port-name.ts'
import { ownCommand } from '../program-name.ts'
import { chooseSight } from '../running/asked.ts'
import type { Running } from '../running/entry.ts'
import { findRunning } from '../running/folder.ts'
import type { Access, AnyAccess } from '../settings.ts'
import { stateFolderOf } from '../state-folder.ts'
import { whyOf } from './answer.ts'
import { openPage } from './page.ts'
import { explainShortly } from './short-watch.ts'

export interface WhyQuestion {
  name: PortName
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
  explanation: ExplanationDocument
  source: WhyDocument['source']
}

/**
 * Asks who knows most of the port: a watch that runs, else a short watch of this machine's clusters, else the demo that
 * runs.
 *
 * @param time a moment within a sentence
 * @throws PortolanError usage where no such port is mapped, and whatever keeps it from looking
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
  const { explanation, source } = await see(question, world)
  const { id, cluster } = explanation.target
  const verify = ownCommand('wait', `${cluster}/${withoutKind(id)}`, '--timeout=60s')
  return whyOf(explanation, { source, verify, now: clock.now(), time })
}

async function see(question: WhyQuestion, world: Parameters<typeof askWhy>[1]): Promise<Seen> {
  const { name, access, page, state } = question
  const { env, clock, signal, onDemo } = world
  if (page !== null) return fromPage(page, name, clock.now())
  if (state !== null)
    return fromViews(await viewsOf(stateFolderOf(state, env)), name, clock.now(), { kind: 'store', page: null })
  const watched = hasAccess(access) ? null : await fromRunningWatch(name, env, clock.now())
  if (watched !== null) return watched
  const { demo, ...sight } = await chooseSight(access, [name], env)
  if (demo !== null) {
    onDemo(demo)
    return fromViews(await viewsOf(demo.state), name, clock.now(), demo)
  }
  const { forMs, asksPods } = question
  const explanation = await explainShortly({ sight, asksPods, clock, signal }, forMs, name)
  const now = clock.now()
  return {
    explanation: encodeExplanation(explanation, now),
    source: { kind: 'own', page: null, at: new Date(now).toISOString() },
  }
}

function hasAccess({ kubeconfig, context, only }: Access): boolean {
  return kubeconfig !== undefined || context !== undefined || only.length > 0
}

async function fromRunningWatch(name: PortName, env: NodeJS.ProcessEnv, now: number): Promise<Seen | null> {
  for (const running of findRunning(env)) {
    if (running.kind !== 'watch') continue
    const views = await viewsOf(running.state).catch(() => [])
    const isThere = views.some(({ explanations }) => explanations.some(({ target }) => isNamed(name, target)))
    if (isThere) return fromViews(views, name, now, running)
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
  name: PortName,
  now: number,
  { kind, page }: Pick<WhyDocument['source'], 'kind' | 'page'>,
): Seen {
  const target = onePort(
    views.flatMap(({ explanations }) => explanations.map((one) => one.target)),
    name,
  )
  const view = views.find(({ cluster }) => cluster === target.cluster)
  const explanation = view?.explanations.find((one) => one.target.id === target.id)
  if (explanation === undefined) throw new PortolanError('usage', `${fullName(target)} is not mapped any more`, '')
  return {
    explanation: encodeExplanation(explanation, now),
    source: { kind, page, at: new Date(view?.lastAt ?? now).toISOString() },
  }
}

async function fromPage(page: string, name: PortName, now: number): Promise<Seen> {
  const { address, read } = await openPage(page)
  const { targets } = await read('/api/v1/targets', targetsDocument)
  const { id, cluster } = onePort(targets, name)
  const path = `/api/v1/targets/${encodeURIComponent(id)}?cluster=${encodeURIComponent(cluster)}`
  return {
    explanation: await read(path, explanationDocument),
    source: { kind: 'page', page: address, at: new Date(now).toISOString() },
  }
}
