import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureHttpServer } from 'node:https'
import { createServer as createSocketServer, isIPv6, type Server as SocketServer, type Socket } from 'node:net'
import { commandText, PortolanError } from '@portolan/core'

export interface Listen {
  host: string
  /** 0: the system gives one. */
  port: number
  /** Where that one is taken, any free one will do. */
  orAny?: boolean
}

export interface HttpServer extends Listen {
  url: string
  /** Ends open streams too. Never rejects. */
  stop(): Promise<void>
}

/** A certificate and its private key, as PEM. */
export interface Certificate {
  cert: string
  key: string
}

export interface SecureServer extends HttpServer {
  /** New connections see this certificate; until the first one none is made. */
  present(certificate: Certificate): void
}

/** As many as come at once when a thousand agents find their collector again: who is not let in tries again after seconds. */
const BACKLOG = 4096
/** The type of the record that a TLS connection begins with (RFC 8446, section 5.1). No request of HTTP does. */
const HANDSHAKE = 22
const FIRST_BYTE_MS = 10_000
/** Who begins and does not go on holds a connection no longer than who says nothing. */
const SETTINGS = { keepAliveTimeout: 65_000, headersTimeout: FIRST_BYTE_MS, connectionsCheckingInterval: 2000 }

/**
 * Serves an express application, or any request listener.
 *
 * @throws {PortolanError} port_in_use when another process listens there, config_invalid when the address is not usable
 */
export async function startHttpServer(handler: RequestListener, listen: Listen): Promise<HttpServer> {
  const server = createServer(SETTINGS, handler)
  return { ...(await listenOn(server, listen, 'http')), stop: () => stopAll(server) }
}

/**
 * Serves it over TLS.
 *
 * @param options.alsoPlain the same port serves plain HTTP as well
 * @throws {PortolanError} as startHttpServer
 */
export async function startSecureServer(
  handler: RequestListener,
  listen: Listen,
  { alsoPlain }: { alsoPlain: boolean },
): Promise<SecureServer> {
  const secure = createSecureServer({ ...SETTINGS, minVersion: 'TLSv1.3', handshakeTimeout: FIRST_BYTE_MS }, handler)
  const present = (certificate: Certificate) => secure.setSecureContext({ ...certificate, minVersion: 'TLSv1.3' })
  if (!alsoPlain) {
    return { ...(await listenOn(secure, listen, 'https')), present, stop: () => stopAll(secure) }
  }
  const plain = createServer(SETTINGS, handler)
  const choose = (first: number | undefined) => (first === HANDSHAKE ? secure : plain)
  const either = await startSocketServer((socket) => handOver(socket, choose), listen)
  // They listen nowhere themselves, and look after slow requests from when they do.
  for (const server of [secure, plain]) server.emit('listening')
  async function stop(): Promise<void> {
    for (const server of [secure, plain]) server.close()
    await either.stop()
  }
  return { ...either, present, stop }
}

/**
 * Takes connections, whatever is said over them. Who takes one need not look after its errors.
 *
 * @throws {PortolanError} as startHttpServer
 */
export async function startSocketServer(take: (socket: Socket) => void, listen: Listen): Promise<HttpServer> {
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    take(socket)
  })
  async function stop(): Promise<void> {
    const closed = stopAll(server)
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { ...(await listenOn(server, listen, 'http')), stop }
}

/** To the server that is chosen by the first byte. */
function handOver(socket: Socket, choose: (first: number | undefined) => Server | SecureHttpServer): void {
  socket.setTimeout(FIRST_BYTE_MS, () => socket.destroy())
  socket.once('data', (bytes) => {
    socket.pause()
    socket.setTimeout(0)
    socket.removeAllListeners('timeout')
    socket.unshift(bytes)
    choose(Buffer.from(bytes)[0]).emit('connection', socket)
    process.nextTick(() => socket.resume())
  })
}

async function listenOn(
  server: SocketServer,
  listen: Listen,
  scheme: 'http' | 'https',
): Promise<Listen & { url: string }> {
  try {
    await listening(server, listen)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (listen.orAny !== true || code !== 'EADDRINUSE') throw listenError(error, listen)
    await listening(server, { ...listen, port: 0 })
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : listen.port
  const url = `${scheme}://${isIPv6(listen.host) ? `[${listen.host}]` : listen.host}:${port}`
  return { host: listen.host, port, url }
}

async function listening(server: SocketServer, { host, port }: Listen): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port, backlog: BACKLOG }, resolve)
  await promise
}

function stopAll(server: SocketServer | Server | SecureHttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}

function listenError(error: unknown, { host, port }: Listen): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return new PortolanError(
      'port_in_use',
      `port ${port} on ${host} is in use by another process`,
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
    return new PortolanError('config_invalid', `${host} is not an address of this machine`, hint, error)
  }
  return error
}
