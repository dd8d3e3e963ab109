import type { RequestListener } from 'node:http'
import type { Metrics } from '@portolan/runtime'

/** What the agent serves of itself; what it sees is the collector's to tell. */
export function ownPages(metrics: Metrics, isReady: () => boolean): RequestListener {
  return (request, response) => {
    const say = (status: number, text: string) => void response.writeHead(status).end(`${text}\n`)
    switch (request.url) {
      case '/healthz':
        return say(200, 'ok')
      case '/readyz':
        return isReady() ? say(200, 'ok') : say(503, 'there is no assignment yet')
      case '/metrics':
        return void metrics
          .render()
          .then(({ contentType, body }) => response.writeHead(200, { 'content-type': contentType }).end(body))
      default:
        return say(404, 'there are /healthz, /readyz and /metrics')
    }
  }
}
