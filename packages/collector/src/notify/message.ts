import { createHash, createHmac } from 'node:crypto'
import { type Notification, printableAll } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { encodeNotifications } from '@portolan/wire'
import { slackMessage } from './slack.ts'

/** Where messages go, and as what. It is read for each request, so that a Secret can be changed while Portolan runs. */
export interface Webhook {
  form: 'json' | 'slack'
  /** @throws PortolanError config_invalid */
  read(): { url: URL; key: string | null }
}

export interface Request {
  body: string
  headers: Record<string, string>
}

/** @param key signs the request; null: it is not signed */
export function requestFor(
  form: Webhook['form'],
  notifications: readonly Notification[],
  { at, leftOut, key }: { at: number; leftOut: number; key: string | null },
): Request {
  const shown = printableAll([...notifications])
  const body = JSON.stringify(
    form === 'slack' ? slackMessage(shown, leftOut) : encodeNotifications(shown, { at, leftOut }),
  )
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': `portolan/${buildInfo.version}`,
      'x-portolan-delivery': deliveryOf(notifications),
      ...(key === null ? {} : signature(body, key, Math.floor(at / 1000))),
    },
  }
}

/** The same for the same messages, however often they are sent. */
function deliveryOf(notifications: readonly Notification[]): string {
  const said = notifications.map(({ type, at, cluster, target }) => [type, at, cluster, target])
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)
}

/** Over the time as well: a request that somebody kept cannot pass for a new one. */
function signature(body: string, key: string, seconds: number): Record<string, string> {
  const code = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
  return { 'x-portolan-timestamp': String(seconds), 'x-portolan-signature': `sha256=${code}` }
}
