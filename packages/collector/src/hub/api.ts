import { isSilenced, type Clock, type Log } from '@portolan/core'
import express, { type Express } from 'express'
import { clockRoutes } from '../api/clock.ts'
import { createGate, type PageAccess } from '../api/gate.ts'
import { isLoopback, loopbackNamesOnly, ownSiteOnly, securityHeaders } from '../api/guard.ts'
import { healthRoutes } from '../api/health.ts'
import { historyRoutes } from '../api/history.ts'
import { noteRoutes } from '../api/notes.ts'
import { pageRoutes } from '../api/page.ts'
import { answerProblems, notFound, Problem, readOnly } from '../api/problem.ts'
import { routeRoutes } from '../api/routes.ts'
import { streamRoutes } from '../api/stream.ts'
import { targetRoutes } from '../api/targets.ts'
import { makeAnswer } from '../archive/answers.ts'
import type { Archive } from '../archive/archive.ts'
import type { FleetReader } from '../store/postgres/fleet.ts'
import type { HubStore } from '../store/postgres/hub-store.ts'
import { TooMuch } from '../store/too-much.ts'
import type { Stream } from '../stream.ts'
import { fleetRoutes } from './fleet-routes.ts'
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
  app.use('/api/v1', fleetRoutes(context), clockRoutes({ clock, pace: () => 1, recorded: false }, 'hub'))
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
