import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Clock, commandText, type Log, PortolanError } from '@portolan/core'

/** Sends datagrams of its peers back as they came. */
export interface EchoServer {
  /**
   * Resolves with the port once it listens.
   *
   * @throws PortolanError port_in_use, or config_invalid when the address is not usable
   */
  start(): Promise<number>
  /** Answers these from now on, and nobody else. */
  allow(addresses: readonly string[]): void
  /** Datagrams that were not answered. */
  readonly refused: number
  stop(): Promise<void>
}

/** Far more than a train needs, and nothing that is worth being reflected. */
const MOST_BYTES = 64
const WARN_EVERY_MS = 60_000

export function createEchoServer(options: { address: string; port: number; clock: Clock; log: Log }): EchoServer {
  const { address, port, clock, log } = options
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  let allowed: ReadonlySet<string> = new Set()
  let refused = 0
  let warnedAt = -Infinity

  function answer(datagram: Buffer, from: RemoteInfo): void {
    // Another echo, not its prober: the two would send it to and fro for ever.
    const isEcho = from.port === socket.address().port
    if (isEcho || datagram.length > MOST_BYTES || !allowed.has(from.address)) return refuse(from)
    socket.send(datagram, from.port, from.address, (error) => {
      if (error !== null) log.debug({ err: error }, 'an echo could not be sent')
    })
  }

  function refuse(from: RemoteInfo): void {
    refused += 1
    if (clock.monotonic() - warnedAt < WARN_EVERY_MS) return
    warnedAt = clock.monotonic()
    log.warn({ from: from.address, refused }, 'an echo was refused')
  }

  return {
    async start() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      socket.once('error', reject)
      socket.bind({ address, port, exclusive: true }, resolve)
      try {
        await promise
      } catch (error) {
        throw bindError(error as NodeJS.ErrnoException, address, port)
      }
      socket.off('error', reject)
      socket.on('error', (error) => log.error({ err: error }, 'the socket of the echo failed'))
      socket.on('message', answer)
      return socket.address().port
    },
    allow(addresses) {
      allowed = new Set(addresses)
    },
    get refused() {
      return refused
    },
    stop: () =>
      new Promise((resolve) => {
        socket.close(() => resolve())
      }),
  }
}

function bindError(error: NodeJS.ErrnoException, address: string, port: number): PortolanError {
  if (error.code === 'EADDRINUSE') {
    const hint = `find who holds it: ${commandText(['ss', '-lunp', `sport = :${port}`])}`
    return new PortolanError('port_in_use', `UDP port ${port} on ${address} is in use by another process`, hint, error)
  }
  const why = `the echo cannot listen on ${address}, UDP port ${port} (${error.code ?? error.message})`
  return new PortolanError('config_invalid', why, 'listen on an address of this machine', error)
}
