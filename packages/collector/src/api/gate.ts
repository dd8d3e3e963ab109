import type { Clock } from '@portolan/core'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import * as z from 'zod'
import { Problem } from './problem.ts'
import { readInput, readQuery } from './query.ts'
import { isSame, proofOf, readSession, type Session, writeSession } from './session.ts'

/** Who may read and write at the page and the API. */
export interface PageAccess {
  /** Each of these lets in: as a bearer token, or once for a session. */
  keys: readonly [string, ...string[]]
  /** Reading asks for a key as well; else writing alone does. */
  isPrivate: boolean
  /** Tokens of others that let in for a session. */
  tokens?: PageTokens
  /** People of whom a proxy says who they are. */
  proxied?: ProxiedUsers
}

export interface PageTokens {
  /**
   * @returns what its owner may do; null where that is nothing
   * @throws Error where that cannot be found out at the moment
   */
  review(token: string): Promise<Session | null>
  /** How to get one, and where to put it. */
  hint: string
}

export interface ProxiedUsers {
  /**
   * @returns null where no proxy says who asks
   * @throws Problem where it does not say that clearly; Error where it cannot be found out at the moment what they may do
   */
  review(request: Request): Promise<Rights | null>
}

export interface Rights {
  reads: boolean
  writes: boolean
  /** null: not known, or a holder of the key. */
  who: string | null
}

export interface Gate {
  mayRead: RequestHandler
  mayWrite: RequestHandler
  /** Who is known to ask; null for a holder of the key. */
  ownerOf(request: Request): Promise<string | null>
  /** `/session`: a key is exchanged for a session, and a page learns what it may do. `/proof`: so does a client of this one. */
  routes: Router
}

const LONGEST_SESSION_MS = 12 * 60 * 60_000
/** A token of a service account is about 1000 characters long. */
const LONGEST_KEY = 8192
const KEY_HINT = 'open the address with #key= that Portolan printed when it started, or give its key'

/** A session is no cookie, which a browser would send to every port of this host: each request brings it as a bearer token. */
export function createGate({ keys, isPrivate, tokens, proxied }: PageAccess, clock: Pick<Clock, 'now'>): Gate {
  const hint = tokens?.hint ?? KEY_HINT

  async function rightsOf(request: Request): Promise<Rights> {
    const shown = bearerOf(request)
    if (isKey(shown)) return { reads: true, writes: true, who: null }
    const session = readSession(shown, keys, clock.now())
    if (session !== null) return { reads: true, ...session }
    const rights = (await proxied?.review(request).catch(unknown)) ?? null
    return rights ?? { reads: !isPrivate, writes: false, who: null }
  }

  function isKey(text: string): boolean {
    return keys.some((key) => isSame(key, text))
  }

  async function letIn(key: string): Promise<Session> {
    const latest = clock.now() + LONGEST_SESSION_MS
    if (isKey(key)) return { writes: true, until: latest, who: null }
    const reviewed = readSession(key, keys, clock.now()) ?? (await tokens?.review(key).catch(unknown))
    if (reviewed == null) throw new Problem(403, `access denied: ${hint}`)
    return { ...reviewed, until: Math.min(reviewed.until, latest) }
  }

  const routes = Router()
  routes.get('/session', async (request, response) => {
    const { reads, writes } = await rightsOf(request)
    response.json({ reads, writes })
  })
  routes.post('/session', express.json({ limit: '16kb' }), async (request, response) => {
    const { key } = readInput({ key: z.string().min(1).max(LONGEST_KEY) }, request.body)
    const session = await letIn(key)
    response.json({ reads: true, writes: session.writes, session: writeSession(session, keys[0]) })
  })
  routes.get('/proof', (request, response) => {
    const { nonce } = readQuery(
      { nonce: z.string().regex(/^[\w-]{16,64}$/, 'expected 16 to 64 letters') },
      request.query,
    )
    response.json({ proofs: keys.map((key) => proofOf(key, nonce, request.socket.localPort ?? 0)) })
  })

  function refuse({ who }: Rights, response: Response, what: string): never {
    if (who !== null) throw new Problem(403, `${who} may not ${what}: ${hint}`)
    response.set('WWW-Authenticate', 'Bearer')
    throw new Problem(401, `this needs authentication (to ${what}): ${hint}`)
  }

  return {
    async mayRead(request, response, next) {
      const rights = await rightsOf(request)
      if (!rights.reads) refuse(rights, response, 'read this')
      next()
    },
    async mayWrite(request, response, next) {
      const rights = await rightsOf(request)
      if (!rights.writes) refuse(rights, response, 'write notes')
      next()
    },
    ownerOf: async (request) => (await rightsOf(request)).who,
    routes,
  }
}

function unknown(error: unknown): never {
  if (error instanceof Problem) throw error
  const why = Error.isError(error) ? error.message : String(error)
  throw new Problem(503, `the user cannot be identified at the moment: ${why}`)
}

function bearerOf(request: Request): string {
  return /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1] ?? ''
}
