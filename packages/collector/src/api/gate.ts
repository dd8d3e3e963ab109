import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@portolan/core'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import * as z from 'zod'
import { Problem } from './problem.ts'
import { readInput } from './query.ts'

/** Who may read and write at the page and the API. */
export interface PageAccess {
  /** Each of these lets in: as a bearer token, or once for a session. */
  keys: readonly [string, ...string[]]
  /** Reading asks for a key as well; else writing alone does. */
  isPrivate: boolean
  /** Tokens of others that let in for a session. */
  tokens?: PageTokens
}

export interface PageTokens {
  /**
   * @returns what its owner may do; null where that is nothing
   * @throws Error where that cannot be found out at the moment
   */
  review(token: string): Promise<{ writes: boolean; until: number; who: string } | null>
  /** How to get one, and where to put it. */
  hint: string
}

export interface Gate {
  mayRead: RequestHandler
  mayWrite: RequestHandler
  /** The owner of the token that opened the session; null for a holder of the key. */
  ownerOf(request: Request): string | null
  /** `/session`: a key is exchanged for a cookie, and a page learns what it may do. */
  routes: Router
}

interface Rights {
  reads: boolean
  writes: boolean
}

const LONGEST_SESSION_MS = 12 * 60 * 60_000
/** A token of a service account is about 1000 characters long. */
const LONGEST_KEY = 8192
/** `system:serviceaccount:NAMESPACE:NAME` is up to 340 characters long. */
const LONGEST_OWNER = 400
const KEY_HINT = 'open the address with #key= that Portolan printed when it started, or give its key'

/** Sessions are signed with the key and kept nowhere: they outlive a restart, and end with the key. */
export function createGate({ keys, isPrivate, tokens }: PageAccess, clock: Pick<Clock, 'now'>): Gate {
  const [signing] = keys
  const hint = tokens?.hint ?? KEY_HINT

  function rightsOf(request: Request): Rights {
    if (isKey(bearerOf(request))) return { reads: true, writes: true }
    const session = readSession(cookieOf(request))
    return { reads: !isPrivate || session !== null, writes: session?.writes ?? false }
  }

  function isKey(text: string): boolean {
    return keys.some((key) => isSame(key, text))
  }

  function readSession(text: string): { writes: boolean; who: string | null } | null {
    const [, said = '', until, mode, who = '', signature = ''] =
      /^((\d{1,15})\.(r|rw)\.([\w-]*))\.([\w-]+)$/.exec(text) ?? []
    if (!isSame(sign(said), signature) || clock.now() >= Number(until)) return null
    return { writes: mode === 'rw', who: who === '' ? null : Buffer.from(who, 'base64url').toString() }
  }

  const sign = (said: string) => createHmac('sha256', signing).update(`session ${said}`).digest('base64url')

  async function letIn(key: string): Promise<{ writes: boolean; until: number; who: string }> {
    const latest = clock.now() + LONGEST_SESSION_MS
    if (isKey(key)) return { writes: true, until: latest, who: '' }
    const reviewed = await tokens?.review(key).catch((error: Error) => {
      throw new Problem(503, `who this is cannot be found out at the moment: ${error.message}`)
    })
    if (reviewed == null) throw new Problem(403, `this lets nobody in: ${hint}`)
    return { ...reviewed, until: Math.min(reviewed.until, latest) }
  }

  const routes = Router()
  routes.get('/session', (request, response) => void response.json(rightsOf(request)))
  routes.post('/session', express.json({ limit: '16kb' }), async (request, response) => {
    const { key } = readInput({ key: z.string().min(1).max(LONGEST_KEY) }, request.body)
    const { writes, until, who } = await letIn(key)
    const owner = Buffer.from(who.slice(0, LONGEST_OWNER)).toString('base64url')
    const said = `${until}.${writes ? 'rw' : 'r'}.${owner}`
    response.cookie(cookieName(request), `${said}.${sign(said)}`, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.get('origin')?.startsWith('https:') ?? false,
      maxAge: until - clock.now(),
    })
    response.json({ reads: true, writes } satisfies Rights)
  })

  function refuse(response: Response, status: 401 | 403, why: string): never {
    if (status === 401) response.set('WWW-Authenticate', 'Bearer')
    throw new Problem(status, `${why}: ${hint}`)
  }

  return {
    mayRead(request, response, next) {
      if (!rightsOf(request).reads) refuse(response, 401, 'who reads this has to say who it is')
      next()
    },
    mayWrite(request, response, next) {
      if (rightsOf(request).writes) return next()
      if (readSession(cookieOf(request)) !== null) refuse(response, 403, 'you may read this, and not write')
      refuse(response, 401, 'who writes has to say who it is')
    },
    ownerOf: (request) => readSession(cookieOf(request))?.who ?? null,
    routes,
  }
}

function bearerOf(request: Request): string {
  return /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1] ?? ''
}

/** Browsers send cookies to every port of a host, so that several Portolans need several names. */
function cookieName({ headers }: Request): string {
  return `portolan-${/:(\d+)$/.exec(headers.host ?? '')?.[1] ?? 80}`
}

function cookieOf(request: Request): string {
  const begin = `${cookieName(request)}=`
  const pairs = (request.headers.cookie ?? '').split(/; */)
  return pairs.find((pair) => pair.startsWith(begin))?.slice(begin.length) ?? ''
}

/** In the same time for each guess. */
function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(hash('sha256', expected, 'buffer'), hash('sha256', given, 'buffer'))
}
