import { createHash } from 'node:crypto'
import type { Clock } from '@portolan/core'
import type { Authenticate, Identity } from './identity.ts'

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
const MOST_KNOWN = 4096

/**
 * Asks the API server who a token belongs to, and remembers the answer for a minute, by the token's hash.
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
  const known = new Map<string, { until: number; identity: Identity | null }>()
  const asking = new Map<string, Promise<Identity | null>>()

  function remember(key: string, identity: Identity | null): Identity | null {
    known.delete(key)
    known.set(key, { until: clock.monotonic() + (identity === null ? UNKNOWN_MS : KNOWN_MS), identity })
    const [oldest] = known.keys()
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
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

  async function ask(token: string, key: string): Promise<Identity | null> {
    try {
      const reviewed = await review(token)
      return remember(key, reviewed === null ? null : identify(reviewed))
    } finally {
      asking.delete(key)
    }
  }

  return async (token) => {
    const key = createHash('sha256').update(token).digest('base64')
    const found = known.get(key)
    if (found !== undefined && clock.monotonic() < found.until) return found.identity
    const asked = asking.get(key) ?? ask(token, key)
    asking.set(key, asked)
    return asked
  }
}

function userOf(account: string): string {
  return `system:serviceaccount:${account.replace('/', ':')}`
}
