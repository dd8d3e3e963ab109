import { createServer, type RequestListener } from 'node:http'
import { isIPv6 } from 'node:net'
import { commandText, PortolanError } from '@portolan/core'

export interface Listen {
  host: string
  /** 0: the system gives one. */
  port: number
}

export interface HttpServer extends Listen {
  url: string
  /** Ends open streams too. Never rejects. */
  stop(): Promise<void>
}

/** As many as come at once when a thousand agents find their collector again: who is not let in tries again after seconds. */
const BACKLOG = 4096

/**
 * Serves an express application, or any request listener.
 *
 * @throws {PortolanError} port_in_use when another process listens there, config_invalid when the address is not usable
 */
export async function startHttpServer(handler: RequestListener, listen: Listen): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: 65_000 }, handler)
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen({ ...listen, backlog: BACKLOG }, listening.resolve)
  try {
    await listening.promise
  } catch (error) {
    throw listenError(error, listen)
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : listen.port
  return {
    host: listen.host,
    port,
    url: `http://${isIPv6(listen.host) ? `[${listen.host}]` : listen.host}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listenError(error: unknown, { host, port }: Listen): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return new PortolanError(
      'port_in_use',
      `port ${port} on ${host} is taken by another process`,
      `choose another port, or find who holds it: ${commandText(['ss', '-ltnp', `sport = :${port}`])} (Linux), ${commandText(['lsof', `-iTCP:${port}`, '-sTCP:LISTEN'])} (macOS)`,
      error,
    )
  }
  if (code === 'EACCES') {
    const hint = 'choose a port from 1024 on'
    return new PortolanError('config_invalid', `this user may not listen on port ${port} of ${host}`, hint, error)
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    const hint = 'listen on 127.0.0.1, or on an address that `ip address` or `ifconfig` shows'
    return new PortolanError('config_invalid', `${host} is no address of this machine`, hint, error)
  }
  return error
}
