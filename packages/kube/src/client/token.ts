import { timeOrUnknown } from '@portolan/core'
import * as z from 'zod'
import type { AskObject } from './ask.ts'
import { refusedWith } from './ask.ts'

/** Who a token belongs to. */
export interface TokenOwner {
  /** As `system:serviceaccount:NAMESPACE:NAME`. */
  username: string
  groups: string[]
  /** As `authentication.kubernetes.io/node-name`. */
  extra: Record<string, string[]>
}

export interface IssuedToken {
  token: string
  /** ms since the epoch, by the API server's clock; 0 where it does not say. */
  expiresAt: number
}

const tokenReview = z.object({
  status: z
    .object({
      authenticated: z.boolean().optional(),
      audiences: z.array(z.string()).optional(),
      user: z
        .object({
          username: z.string().optional(),
          groups: z.array(z.string()).nullish(),
          extra: z.record(z.string(), z.array(z.string())).nullish(),
        })
        .optional(),
    })
    .optional(),
})

const tokenRequest = z.object({ status: z.object({ token: z.string(), expirationTimestamp: z.string() }) })

/**
 * null: the token is not valid, or not for this audience. The audience has to come back: an authenticator that does not
 * know of audiences leaves it out.
 */
export async function reviewToken(
  ask: AskObject,
  context: string,
  token: string,
  audience: string,
): Promise<TokenOwner | null> {
  const { object, refusal } = await ask(tokenReview, 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token, audiences: [audience] },
  })
  if (refusal !== null) throw refusedWith(refusal, context)
  const { authenticated, audiences = [], user } = object.status ?? {}
  if (authenticated !== true || !audiences.includes(audience)) return null
  return { username: user?.username ?? '', groups: user?.groups ?? [], extra: user?.extra ?? {} }
}

export async function requestToken(
  ask: AskObject,
  context: string,
  account: { namespace: string; name: string },
  audience: string,
  expirationSeconds: number,
): Promise<IssuedToken> {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`
  const { object, refusal } = await ask(tokenRequest, 'POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [audience], expirationSeconds },
  })
  if (refusal !== null) throw refusedWith(refusal, context)
  const { token, expirationTimestamp } = object.status
  return { token, expiresAt: timeOrUnknown(expirationTimestamp) }
}
