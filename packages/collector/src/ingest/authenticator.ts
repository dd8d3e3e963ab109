import { createHash } from 'node:crypto'
import { AUDIENCE, type Clock } from '@portolan/core'
import { createNewest } from '../newest.ts'
import type { Authenticate, Identity } from './identity.ts'
import { createReviews } from './reviews.ts'
import { mayBeFor } from './token-shape.ts'

/** What the API server says of a token that it knows and that is meant for us. */
export interface Reviewed {
  username: string
  extra: Record<string, string[]>
}

/** The accounts, as `namespace/name`, whose tokens are taken. */
export interface Accounts {
  agent: string
  prober: string
}

const NODE_NAME = 'authentication.kubernetes.io/node-name'
const POD_NAME = 'authentication.kubernetes.io/pod-name'
const KNOWN_MS = 60_000
const UNKNOWN_MS = 5000
/** For so long a token that was known is still no stranger's, though it has to be looked at again. */
const FAMILIAR_MS = 10 * 60_000
const MOST_REMEMBERED = 4096

/**
 * Asks the API server who a token belongs to, if it has the shape of one for us, and remembers the answer for a minute, by
 * the token's hash. Tokens that nobody knows neither push known ones out of this memory nor make them wait.
 *
 * Source: Kubernetes, "Bound service account tokens": since 1.29 the node of the pod is among the extra fields.
 *
 * @param options.review null: not authenticated for our audience
 * @param options.nodeOfPod where a pod of this namespace runs, for older API servers; null when that is not known
 */
export function createAuthenticator(options: {
  review(token: string): Promise<Reviewed | null>
  nodeOfPod(namespace: string, pod: string): string | null
  accounts: Accounts
  clock: Clock
}): Authenticate {
  const { review, nodeOfPod, accounts, clock } = options
  const known = createNewest<Identity>(MOST_REMEMBERED)
  const unknown = createNewest<null>(MOST_REMEMBERED)
  const asking = new Map<string, Promise<Identity | null>>()
  const reviews = createReviews()

  function remember(key: string, identity: Identity | null): Identity | null {
    const now = clock.monotonic()
    if (identity === null) {
      known.forget(key)
      unknown.keep(key, now + UNKNOWN_MS, null)
    } else known.keep(key, now + KNOWN_MS, identity)
    return identity
  }

  function identify({ username, extra }: Reviewed): Identity | null {
    if (username === userOf(accounts.prober)) return { kind: 'prober' }
    if (username !== userOf(accounts.agent)) return null
    const [namespace = ''] = accounts.agent.split('/')
    const [pod] = extra[POD_NAME] ?? []
    const node = extra[NODE_NAME]?.[0] ?? (pod === undefined ? null : nodeOfPod(namespace, pod))
    return node === null ? null : { kind: 'agent', node }
  }

  async function ask(token: string, key: string, isKnown: boolean): Promise<Identity | null> {
    try {
      const reviewed = await reviews.run(isKnown, () => review(token))
      return remember(key, reviewed === null ? null : identify(reviewed))
    } finally {
      asking.delete(key)
    }
  }

  return async (token) => {
    if (!mayBeFor(token, AUDIENCE)) return null
    const key = createHash('sha256').update(token).digest('base64')
    const now = clock.monotonic()
    const found = known.read(key) ?? unknown.read(key)
    if (found !== undefined && now < found.until) return found.value
    const isFamiliar = now < (known.read(key)?.until ?? Number.NEGATIVE_INFINITY) + FAMILIAR_MS
    const asked = asking.get(key) ?? ask(token, key, isFamiliar)
    asking.set(key, asked)
    return asked
  }
}

function userOf(account: string): string {
  return `system:serviceaccount:${account.replace('/', ':')}`
}
