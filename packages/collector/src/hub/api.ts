import { isSilenced, type Clock, type Log } from '@portolan/core'
import { type FleetDocument, toTimestamp } from '@portolan/wire'
import express, { type Express, Router } from 'express'
import * as z from 'zod'
import { clockRoutes } from '../api/clock.ts'
import { createGate, type PageAccess } from '../api/gate.ts'
import { isLoopback, loopbackNamesOnly, ownSiteOnly, securityHeaders } from '../api/guard.ts'
import { healthRoutes } from '../api/health.ts'
import { historyRoutes } from '../api/history.ts'
import { noteRoutes } from '../api/notes.ts'
import { pageRoutes } from '../api/page.ts'
import { answerProblems, notFound, Problem, readOnly } from '../api/problem.ts'
import { readQuery, whole } from '../api/query.ts'
import { routeRoutes } from '../api/routes.ts'
import { streamRoutes } from '../api/stream.ts'
import { targetRoutes } from '../api/targets.ts'
import { makeAnswer } from '../archive/answers.ts'
import type { Archive } from '../archive/archive.ts'
import type { FleetReader } from '../store/postgres/fleet.ts'
import { BAR_MS } from '../store/postgres/hub-batch.ts'
import type { HubStore } from '../store/postgres/hub-store.ts'
import { TooMuch } from '../store/too-much.ts'
import type { Stream } from '../stream.ts'
import { readFleet } from './fleet.ts'
import { createHubScene } from './scene.ts'

export interface HubApi {
  store: HubStore
  fleet: FleetReader
  stream: Stream
  clock: Clock
  log: Log
  fault(): string | null
  renderMetrics(accept?: string): Promise<{ contentType: string; body: string }>
}

/** Each may take seconds, and its answer has to be held. */
const MOST_QUESTIONS = 32
const MOST_NOTES = 1000

/**
 * The API of a hub: that of a collector over all clusters, and the fleet. Single probes and the mesh stay with the
 * collectors.
 *
 * @param host where it is going to listen: elsewhere than on loopback nobody reads without a key
 */
export function createHubApi(context: HubApi, host: string, access: PageAccess): Express {
  const { store, clock, stream, log, fault } = context
  const isPrivate = access.isPrivate || !isLoopback(host)
  const { mayRead, mayWrite, ownerOf, routes } = createGate({ ...access, isPrivate }, clock)
  const scene = createHubScene(context.fleet)
  const archive = { ...store, answer: createAnswer(store) }
  const notebook = { add: (note: Parameters<HubStore['addNote']>[0]) => store.addNote(note) }
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  if (isLoopback(host)) app.use(loopbackNamesOnly)
  app.use(ownSiteOnly)
  app.use('/api/v1', routes)
  app.use(healthRoutes(context), pageRoutes({ log }))
  app.use('/api/v1', mayRead, noteRoutes({ store: archive, notebook, clock, fault }, mayWrite, ownerOf))
  app.use(readOnly)
  app.use('/api/v1', fleetRoutes(context), clockRoutes({ clock, pace: () => 1, recorded: false }))
  app.use('/api/v1', targetRoutes({ scene, medianMs: () => null, silences, clock }), routeRoutes({ scene, clock }))
  app.use('/api/v1', historyRoutes({ scene, store: archive, clock }), streamRoutes({ store: archive, stream, clock }))
  app.use(notFound, tooMuch, answerProblems(log))
  return app

  async function silences() {
    const now = clock.now()
    const notes = await store.notes({ from: now, to: now, limit: MOST_NOTES })
    return (target: { cluster: string; id: string }) => isSilenced(target, notes, now)
  }
}

/** A question to all clusters at once may be too much. */
const tooMuch: express.ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  next(error instanceof TooMuch ? new Problem(400, 'too much for one answer: name a cluster by ?cluster=NAME') : error)
}

function createAnswer(store: HubStore): Archive['answer'] {
  let asked = 0
  return async (name, query) => {
    if (asked >= MOST_QUESTIONS) throw new Problem(503, `${MOST_QUESTIONS} questions wait for an answer already`)
    asked += 1
    try {
      return await makeAnswer({ ...store, close() {} }, name, query)
    } finally {
      asked -= 1
    }
  }
}

const LABEL = /^label\.([A-Za-z0-9._/-]{1,63})$/
const HOURS = whole.refine((hours) => hours >= 1 && hours <= 14 * 24, 'expected 1 to 336').default(12)

function fleetRoutes({ fleet, clock }: Pick<HubApi, 'fleet' | 'clock'>): Router {
  const router = Router()
  router.get('/fleet', async (request, response) => {
    const given = Object.entries(request.query)
    const labels = Object.fromEntries(
      given.flatMap(([key, value]) => {
        const name = LABEL.exec(key)?.[1]
        return name === undefined || typeof value !== 'string' ? [] : [[name, value]]
      }),
    )
    const rest = Object.fromEntries(given.filter(([key]) => !LABEL.test(key)))
    const { search, hours } = readQuery({ search: z.string().max(200).optional(), hours: HOURS }, rest)
    const { from, to, rows, shared } = await readFleet(
      fleet,
      { labels, hours, ...(search !== undefined && { search }) },
      clock.now(),
    )
    response.json({
      from: toTimestamp(from),
      to: toTimestamp(to),
      barSeconds: BAR_MS / 1000,
      clusters: rows.map(({ worst, heardAt, ...row }) => ({
        ...row,
        heardAt: toTimestamp(heardAt),
        worst:
          worst === null
            ? null
            : {
                target: worst.target,
                cause: worst.cause,
                summary: worst.summary,
                openedAt: toTimestamp(worst.openedAt),
              },
      })),
      shared: shared.map((one) => ({ ...one, since: toTimestamp(one.since) })),
    } as FleetDocument)
  })
  return router
}
