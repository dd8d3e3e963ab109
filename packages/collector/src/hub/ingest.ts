import {
  AHEAD_MS,
  type Batch,
  type Clock,
  CLOCK_HEADER,
  type Decided,
  type Log,
  type Orders,
  type Receipt,
  shorten,
  TOKEN_HEADER,
} from '@portolan/core'
import { decodeDecided } from '@portolan/wire'
import express, { type Express, type Request, type RequestHandler, type Response, Router } from 'express'
import * as z from 'zod'
import { securityHeaders } from '../api/guard.ts'
import { answerProblems, notFound, Problem } from '../api/problem.ts'
import { readQuery, whole } from '../api/query.ts'
import { createAllowance, FACTS, type Rate } from '../ingest/allowance.ts'
import { createBodyReader } from '../ingest/read-body.ts'
import { HUB_HISTORY_MS, type HubStore, TooManyClusters } from '../store/postgres/hub-store.ts'
import { renamed } from './renamed.ts'
import type { HubTokens, Sender } from './tokens.ts'

/** Why something that was sent is not taken. */
export const HUB_REJECTIONS = [
  'no_token',
  'unknown_sender',
  'too_fast',
  'too_large',
  'too_many_clusters',
  'malformed',
  'store',
] as const

export type HubRejection = (typeof HUB_REJECTIONS)[number]

export interface HubIngest {
  store: HubStore
  tokens: HubTokens
  clock: Clock
  log: Log
  onRejected(reason: HubRejection, sender: Sender | null, why: string): void
  onTaken(facts: number, repeated: number, tookMs: number): void
  /** A collector says that so much was dropped on the way to the hub. */
  onDropped(cluster: string, reason: string): void
}

const MOST_BYTES = 1024 * 1024
const LONGEST_WAIT_S = 30
const REQUESTS: Rate = { aSecond: 50, atOnce: 500 }
/** What stays: in units of one fact, or of so many characters of a longer one. What waited while the hub was away comes at once. */
const HISTORY: Rate = { aSecond: 100, atOnce: 50_000 }
const CHARACTERS_OF_UNIT = 2000

/** What collectors talk to: the same as observers to a collector. */
export function createHubIngest(context: HubIngest): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  app.use('/api/v1', routes(context))
  app.use(notFound, answerProblems(context.log))
  return app
}

function routes({ store, tokens, clock, onRejected, onTaken, onDropped }: HubIngest): Router {
  const router = Router()
  const allow = createAllowance(clock, REQUESTS)
  const allowFacts = createAllowance(clock, FACTS)
  const allowHistory = createAllowance(clock, HISTORY)
  const readBody = createBodyReader({
    clock,
    mostBytes: MOST_BYTES,
    speakerOf: (response) => senderOf(response).name,
    refuse: (response, status, reason, why) => reject(status, reason, why, senderOf(response)),
  })

  /** @throws {Problem} and counts why */
  function reject(status: number, reason: HubRejection, why: string, sender: Sender | null): never {
    onRejected(reason, sender, why)
    throw new Problem(status, why)
  }

  /** What the database says is for the log alone. */
  function away(error: Error, sender: Sender): never {
    if (error instanceof TooManyClusters) reject(403, 'too_many_clusters', error.message, sender)
    onRejected('store', sender, error.message)
    throw new Problem(503, 'the database stores nothing at the moment')
  }

  const whoAsks: RequestHandler = (request, response, next) => {
    response.set(CLOCK_HEADER, String(clock.now()))
    const token = request.get(TOKEN_HEADER) ?? ''
    if (token === '') reject(401, 'no_token', `expected a token of this hub in the header ${TOKEN_HEADER}`, null)
    const sender = tokens.find(token)
    if (sender === null) reject(403, 'unknown_sender', 'this hub does not know this token', null)
    if (!allow(sender.name)) tooFast('too many requests: wait a second', sender, response)
    response.locals['sender'] = sender
    next()
  }

  function tooFast(why: string, sender: Sender, response: Response): never {
    response.set('Retry-After', '1')
    return reject(429, 'too_fast', why, sender)
  }

  /** One sender fills no database of all, and keeps no reader waiting for what it sent. */
  function bound({ facts }: Batch<Decided>, sender: Sender, response: Response): void {
    const isWithin = allowFacts(sender.name, facts.length)
    const units = sum(facts.map(({ observed }) => unitsOf(observed)))
    if (!isWithin || (units > 0 && !allowHistory(sender.name, units)))
      tooFast('too many facts: wait some seconds', sender, response)
  }

  router.post('/ingest', whoAsks, readBody, async (request, response) => {
    const sender = senderOf(response)
    const batch = read(request, sender)
    bound(batch, sender, response)
    const startedAt = clock.monotonic()
    const taken = await store
      .take(renamed(batch, nameAt(sender, batch.cluster)), sender.labels, clock.now())
      .catch((error: Error) => away(error, sender))
    onTaken(taken, batch.facts.length - taken, clock.monotonic() - startedAt)
    for (const { observed } of batch.facts)
      if (observed.kind === 'gap') onDropped(nameAt(sender, batch.cluster), observed.reason)
    const receipt: Receipt = { acknowledged: batch.facts.at(-1)?.sequence ?? 0 }
    response.set(CLOCK_HEADER, String(clock.now())).json(receipt)
  })

  /** By this a collector knows that the hub is there, and the hub that the collector is. Nothing is ordered. */
  router.get('/assignment', whoAsks, async (request, response) => {
    const sender = senderOf(response)
    const { cluster, collector, wait } = readQuery(ASKED, request.query)
    await store.heard(nameAt(sender, cluster), sender.labels, clock.now()).catch((error: Error) => away(error, sender))
    if (collector === store.id) await later(wait * 1000, response)
    if (response.closed) return
    const orders: Orders = { collector: store.id, version: 1, assignment: { plans: [], peers: [] }, bursts: [] }
    response.set(CLOCK_HEADER, String(clock.now())).json(orders)
  })

  function later(ms: number, response: Response): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel()
        resolve()
      }
      const cancel = clock.after(ms, end)
      response.once('close', end)
    })
  }

  /** With times that the hub keeps anything of. */
  function read(request: Request, sender: Sender): Batch<Decided> {
    try {
      const batch = decodeDecided(request.body)
      const [earliest, latest] = [clock.now() - HUB_HISTORY_MS, clock.now() + AHEAD_MS]
      const at = batch.facts.findIndex(({ observed }) =>
        timesOf(observed).some((one) => one < earliest || one > latest),
      )
      if (at >= 0) reject(400, 'malformed', `not a batch: facts.${at}: a time that this hub keeps nothing of`, sender)
      return batch
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      const faults = error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`)
      return reject(400, 'malformed', shorten(`not a batch: ${faults.join('; ')}`), sender)
    }
  }

  return router
}

/** The name of a cluster at the hub. */
function nameAt(sender: Sender, cluster: string): string {
  return `${sender.name}/${cluster}`
}

/** None where the next one of its kind replaces it, or it is counted. */
function unitsOf(observed: Decided): number {
  if (observed.kind === 'port' || observed.kind === 'ports' || observed.kind === 'rollup') return 0
  return Math.max(1, JSON.stringify(observed).length / CHARACTERS_OF_UNIT)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

/** By which the hub divides what it keeps. */
function timesOf(observed: Decided): number[] {
  if (observed.kind === 'change') return [observed.change.at]
  return observed.kind === 'rollup' ? [observed.rollup.at] : []
}

const ASKED = {
  cluster: z.string().min(1).max(253),
  source: z.string().min(1).max(300),
  collector: z.string().max(80).default(''),
  after: whole.default(0),
  wait: whole.refine((seconds) => seconds <= LONGEST_WAIT_S, `expected at most ${LONGEST_WAIT_S}`).default(0),
}

function senderOf(response: Response): Sender {
  return response.locals['sender'] as Sender
}
