import { randomUUID } from 'node:crypto'
import { isPortTarget } from '@portolan/core'
import { encodeNote } from '@portolan/wire'
import express, { type Request, type RequestHandler, Router } from 'express'
import * as z from 'zod'
import type { Archive } from '../archive/archive.ts'
import type { Notebook } from '../notebook.ts'
import type { ApiContext } from './context.ts'
import { send } from './history.ts'
import { Problem } from './problem.ts'
import { limit, range, readInput, readQuery, time } from './query.ts'

const LONGEST_TEXT = 500
const LONGEST_AUTHOR = 100
const USUAL_MS = 30 * 60_000
const LONGEST_WAIT_MS = 10_000

const NOTE = {
  text: z.string().trim().min(1, 'expected a text').max(LONGEST_TEXT),
  cluster: z.string().min(1).nullable().optional(),
  targets: z
    .array(z.string().refine(isPortTarget, 'expected a port, e.g. host:30080 or node:worker:30080'))
    .max(500)
    .default([]),
  from: time.optional(),
  to: time.optional(),
  author: z.string().trim().min(1).max(LONGEST_AUTHOR).optional(),
}

/** The one thing that can be written: what people say about a stretch of time. */
export function noteRoutes(
  {
    store,
    notebook,
    clock,
    fault,
  }: Pick<ApiContext, 'clock' | 'fault'> & { store: Pick<Archive, 'answer'>; notebook: Pick<Notebook, 'add'> },
  mayWrite: RequestHandler,
  ownerOf: (request: Request) => Promise<string | null>,
): Router {
  const router = Router()

  router.get('/notes', async (request, response) => {
    const query = readQuery({ ...range, limit }, request.query)
    send(response, await store.answer('notes', query))
  })

  router.post('/notes', ownOriginOnly, mayWrite, express.json({ limit: '32kb' }), async (request, response) => {
    if (request.is('json') === false) throw new Problem(415, 'expected application/json')
    const given = readInput(NOTE, request.body)
    const { text, targets, cluster = null, from = clock.now(), to = from + USUAL_MS } = given
    if (to <= from) {
      throw new Problem(400, 'to: expected a time after from', [{ key: 'to', message: 'expected a time after from' }])
    }
    const author = (await ownerOf(request)) ?? given.author
    const note = { id: randomUUID(), cluster, targets, from, to, text, ...(author !== undefined && { author }) }
    const why = fault()
    if (why !== null) throw new Problem(503, why)
    await inTime(notebook.add(note, clock.now()))
    response.status(201).json(encodeNote(note))
  })

  async function inTime(written: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>()
    const cancel = clock.after(LONGEST_WAIT_MS, () =>
      late.reject(new Problem(503, 'the store has not answered: the note is kept once it does')),
    )
    try {
      await Promise.race([written, late.promise])
    } finally {
      cancel()
    }
  }

  return router
}

/** A page of another site may not write through the browser of somebody who can reach this. */
const ownOriginOnly: RequestHandler = (request, _response, next) => {
  const { origin, host } = request.headers
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new Problem(403, `notes are not taken from ${origin}`)
  }
  next()
}
