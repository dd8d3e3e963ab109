import { AUDIENCE, type Clock } from '@portolan/core'
import type { KubeClient } from '@portolan/kube'

/** The token by which the collector knows the prober, asked for anew before it ends. */
export interface AccessToken {
  /** @throws PortolanError as KubeClient.requestToken */
  current(): Promise<string>
  /** The collector does not take this one: the next is another, unless this one is new and something else is wrong. */
  refused(token: string): void
}

/** The account whose tokens the collector takes for a prober's. */
export const PROBER_ACCOUNT = 'portolan-prober'

const VALID_SECONDS = 3600
/** A server that gives less time than was asked for is noticed by a refusal. */
const RENEW_AFTER_MS = VALID_SECONDS * 1000 * 0.8

const NEW_MS = 60_000

export function createAccessToken(options: {
  client: Pick<KubeClient, 'requestToken'>
  namespace: string
  clock: Clock
}): AccessToken {
  const { client, namespace, clock } = options
  let held: { token: string; askedAt: number } | null = null
  let asking: Promise<string> | null = null

  async function ask(): Promise<string> {
    const askedAt = clock.monotonic()
    const { token } = await client.requestToken(namespace, PROBER_ACCOUNT, AUDIENCE, VALID_SECONDS)
    held = { token, askedAt }
    return token
  }

  return {
    async current() {
      if (held !== null && clock.monotonic() - held.askedAt < RENEW_AFTER_MS) return held.token
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking
    },
    refused(token) {
      if (held?.token === token && clock.monotonic() - held.askedAt >= NEW_MS) held = null
    },
  }
}
