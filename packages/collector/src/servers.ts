import { type HttpServer, type Listen, type SecureServer, startHttpServer, startSecureServer } from '@portolan/runtime'

export type Address = Pick<HttpServer, 'host' | 'port' | 'url'>

/** `off`: plain HTTP. `offered`: that as well as TLS, on one port. */
export type Tls = 'required' | 'offered' | 'off'

export function startServer(
  app: Parameters<typeof startHttpServer>[0],
  listen: Listen,
  tls: Tls,
): Promise<HttpServer | SecureServer> {
  return tls === 'off' ? startHttpServer(app, listen) : startSecureServer(app, listen, { alsoPlain: tls === 'offered' })
}

export function addressOf(server: HttpServer | null): Address | null {
  return server === null ? null : { host: server.host, port: server.port, url: server.url }
}
