import {
  type Batch,
  type Clock,
  CLOCK_HEADER,
  type Fact,
  OFFSET_HEADER,
  type Receipt,
  SENT_HEADER,
  shorten,
  TOKEN_HEADER,
} from '@portolan/core'
import { decodeBatch } from '@portolan/wire'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import * as z from 'zod'
import { Problem } from '../api/problem.ts'
import { readQuery, whole } from '../api/query.ts'
import { createAllowance, FACTS, NEW_STREAMS, REQUESTS } from './allowance.ts'
import { createFoundProtocols } from './found-protocols.ts'
import {
  asItsOwn,
  type Authenticate,
  type Identity,
  maySpeakAs,
  observerOf,
  overstepping,
  speakerOf,
} from './identity.ts'
import type { OrderBook } from './orders.ts'
import { createBodyReader } from './read-body.ts'
import { boundGap, offsetOf, shiftFact, timeFault } from './shift.ts'
import type { StreamPlace, Streams } from './streams.ts'

/** Why something that was sent is not taken. */
export const REJECTIONS = [
  'no_token',
  'unknown_source',
  'unverified',
  'wrong_cluster',
  'not_its_own',
  'too_fast',
  'too_large',
  'malformed',
  'repeated',
  'store',
] as const

export type Rejection = (typeof REJECTIONS)[number]

export interface IngestContext {
  /** The one cluster that this collector is of. */
  cluster: string
  clock: Clock
  authenticate: Authenticate
  orders: OrderBook
  streams: Streams
  take(fact: Fact): void
  /** The batch is in: how far its source was heard is to be stored with it. */
  heard(place: StreamPlace): void
  /** Resolves when everything that was taken is stored. */
  flush(): Promise<void>
  /** Why the store saves nothing at the moment; null while it does. */
  fault(): string | null
  onRejected(reason: Rejection, count: number, identity: Identity['kind'] | null, why: string): void
  onTaken(identity: Identity['kind'], facts: number): void
  /** It is there, and of this cluster. */
  onSign(identity: Identity['kind']): void
}

/** A node that a whole range of ports is mapped to takes more than 1 MiB. */
const MOST_BYTES = 4 * 1024 * 1024
const LONGEST_WAIT_S = 30

/** What observers elsewhere talk to. */
export function ingestRoutes(context: IngestContext): Router {
  const { clock, authenticate, orders, streams } = context
  const router = Router()
  const allow = createAllowance(clock, REQUESTS)
  const allowFacts = createAllowance(clock, FACTS)
  const allowStream = createAllowance(clock, NEW_STREAMS)
  const protocols = createFoundProtocols()
  const readBody = createBodyReader({
    clock,
    mostBytes: MOST_BYTES,
    speakerOf: (response) => speakerOf(identityOf(response)),
    refuse: (response, status, reason, why) => reject(status, reason, why, identityOf(response)),
  })

  /** @throws {Problem} and counts why */
  function reject(status: number, reason: Rejection, why: string, identity: Identity | null): never {
    context.onRejected(reason, 1, identity?.kind ?? null, why)
    throw new Problem(status, why)
  }

  const whoAsks: RequestHandler = async (request, response, next) => {
    response.set(CLOCK_HEADER, String(clock.now()))
    const token = request.get(TOKEN_HEADER)
    if (token === undefined || token === '') {
      reject(401, 'no_token', `expected a service account token in the header ${TOKEN_HEADER}`, null)
    }
    const identity = await authenticate(token).catch((error: Error) =>
      reject(503, 'unverified', `the user cannot be identified at the moment: ${error.message}`, null),
    )
    if (identity === null) {
      reject(403, 'unknown_source', 'this token is not one of an agent or a prober of this installation', null)
    }
    if (!allow(speakerOf(identity))) {
      response.set('Retry-After', '1')
      reject(429, 'too_fast', 'too many requests: wait a second', identity)
    }
    response.locals['identity'] = identity
    next()
  }

  router.post('/ingest', whoAsks, readBody, async (request, response) => {
    const identity = identityOf(response)
    const why = context.fault()
    if (why !== null) reject(503, 'store', `the store saves nothing at the moment: ${why}`, identity)
    const batch = read(request, identity)
    if (streams.isNew(batch) && !allowStream(speakerOf(identity))) {
      response.set('Retry-After', '10')
      reject(429, 'too_fast', 'too many boots: a source is not started so often', identity)
    }
    const unknown = streams.news(batch)
    if (!allowFacts(speakerOf(identity), unknown.length)) {
      response.set('Retry-After', '5')
      reject(429, 'too_fast', 'too many facts: wait some seconds', identity)
    }
    const repeated = batch.facts.length - unknown.length
    if (repeated > 0) context.onRejected('repeated', repeated, identity.kind, 'it was taken in before')
    const news = unknown.filter(({ observed }) => protocols.hasRoomFor(speakerOf(identity), observed))
    const excess = unknown.length - news.length
    if (excess > 0) context.onRejected('too_large', excess, identity.kind, 'it found more protocols than are kept')
    const { cluster, source, boot } = batch
    for (const { sequence, at, observed } of news) {
      const own = boundGap(asItsOwn(identity, observed), clock.now())
      context.take({ cluster, source, boot, sequence, at, receivedAt: 0, observed: own })
    }
    context.onTaken(identity.kind, news.length)
    context.onSign(identity.kind)
    context.heard(streams.taken(batch, clock.now()))
    await context.flush()
    const fault = context.fault()
    if (fault !== null) reject(503, 'store', `the store saves nothing at the moment: ${fault}`, identity)
    const receipt: Receipt = { acknowledged: batch.facts.at(-1)?.sequence ?? 0 }
    response.set(CLOCK_HEADER, String(clock.now())).json(receipt)
  })

  router.get('/assignment', whoAsks, async (request, response) => {
    const identity = identityOf(response)
    const { cluster, source, collector, after, wait } = readQuery(ASKED, request.query)
    checkSpeaker(identity, cluster, source)
    context.onSign(identity.kind)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const answer = await orders.next(observerOf(identity), { collector, after }, wait * 1000, gone.signal)
    if (!gone.signal.aborted) response.set(CLOCK_HEADER, String(clock.now())).json(answer)
  })

  function checkSpeaker(identity: Identity, cluster: string, source: string): void {
    if (cluster !== context.cluster) {
      reject(422, 'wrong_cluster', `this is the collector of ${context.cluster}, not of ${cluster}`, identity)
    }
    if (!maySpeakAs(identity, source)) {
      const who = identity.kind === 'agent' ? `the agent on ${identity.node}` : 'a prober'
      reject(403, 'not_its_own', `${who} may not speak as ${source}`, identity)
    }
  }

  /** With its times by the collector's clock. */
  function read(request: Request, identity: Identity): Batch {
    const batch = parse(request.body, identity)
    checkSpeaker(identity, batch.cluster, batch.source)
    const measured = wholeHeader(request, OFFSET_HEADER, identity)
    const offsetMs = offsetOf(measured, wholeHeader(request, SENT_HEADER, identity), clock.now())
    const facts = batch.facts.map((fact) => shiftFact(fact, offsetMs))
    for (const [index, fact] of facts.entries()) {
      const overstep = overstepping(identity, fact.observed)
      if (overstep !== null) reject(422, 'not_its_own', overstep, identity)
      const fault = timeFault(fact, clock.now())
      if (fault !== null) reject(400, 'malformed', `not a batch: facts.${index}.${fault}`, identity)
    }
    return { ...batch, facts }
  }

  function wholeHeader(request: Request, name: string, identity: Identity): number | null {
    const text = request.get(name)
    if (text === undefined) return null
    if (!/^-?\d{1,15}$/.test(text)) reject(400, 'malformed', `${name}: expected whole milliseconds`, identity)
    return Number(text)
  }

  function parse(body: unknown, identity: Identity): Batch {
    try {
      return decodeBatch(body)
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      const faults = error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`)
      return reject(400, 'malformed', shorten(`not a batch: ${faults.join('; ')}`), identity)
    }
  }

  return router
}

const ASKED = {
  cluster: z.string().min(1).max(253),
  source: z.string().min(1).max(300),
  collector: z.string().max(80).default(''),
  after: upTo(Number.MAX_SAFE_INTEGER).default(0),
  wait: upTo(LONGEST_WAIT_S).default(0),
}

function upTo(most: number) {
  return whole.refine((number) => number <= most, `expected at most ${most}`)
}

function identityOf(response: Response): Identity {
  return response.locals['identity'] as Identity
}
