import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'
import type { NotificationDocument } from '@portolan/wire'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
  /** The body as a notification. */
  events: NotificationDocument['events']
}

export interface Receiver {
  url: URL
  /** Everything that came. */
  all: Received[]
  /** How the next requests are answered; 200 where it is empty. */
  answers: { status: number; headers?: Record<string, string> }[]
  /** Resolves when so many requests have come in all. */
  until(count: number): Promise<Received>
}

/** Takes what is posted, on loopback. */
export async function startReceiver(): Promise<Receiver> {
  let heard = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        const { events = [] } = JSON.parse(body) as Partial<NotificationDocument>
        receiver.all.push({ path: request.url ?? '', headers: request.headers, body, events })
        const { status, headers = {} } = receiver.answers.shift() ?? { status: 200 }
        response.writeHead(status, headers).end('ok')
        heard.resolve()
        heard = Promise.withResolvers()
      })
      .catch((error: Error) => response.destroy(error))
  })
  const receiver: Receiver = {
    url: new URL('http://127.0.0.1'),
    all: [],
    answers: [],
    async until(count) {
      while (receiver.all.length < count) await heard.promise
      return receiver.all[count - 1] as Received
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=never-shown`)
  open.push(() => server.close().closeAllConnections())
  return receiver
}

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})
