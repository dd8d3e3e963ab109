import type { RequestListener } from 'node:http'
import type { Metrics } from '@portolan/runtime'

/** What the prober serves of itself: `/metrics` and `/healthz`. */
export function ownServer(metrics: Metrics): RequestListener {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://prober').pathname
    if (path === '/healthz') return void response.end('ok\n')
    if (path !== '/metrics') return void response.writeHead(404).end('there are /metrics and /healthz\n')
    metrics.render(request.headers.accept).then(
      ({ contentType, body }) => response.writeHead(200, { 'content-type': contentType }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }
}
