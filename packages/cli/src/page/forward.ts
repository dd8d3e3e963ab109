import type { Duplex } from 'node:stream'
import { type HttpServer, startSocketServer } from '@portolan/runtime'

/**
 * Takes connections on loopback, and leads each to where `connect` leads at that moment: when a pod was replaced, the next
 * one leads to its successor.
 *
 * @param options.port 0: any that is free
 * @param options.onLed after each try; `fault` says why it led nowhere; null where it led there
 * @throws PortolanError port_in_use, config_invalid
 */
export function startForward(options: {
  port: number
  connect(): Promise<Duplex>
  onLed(fault: string | null): void
}): Promise<HttpServer> {
  const { port, connect, onLed } = options
  return startSocketServer(
    (socket) => {
      connect().then(
        (stream) => {
          onLed(null)
          if (socket.destroyed) return stream.destroy()
          stream.on('error', () => socket.destroy()).on('close', () => socket.destroySoon())
          socket.on('close', () => stream.destroy())
          return socket.pipe(stream).pipe(socket)
        },
        (error: Error) => {
          onLed(error.message)
          socket.destroy()
        },
      )
    },
    { host: '127.0.0.1', port },
  )
}
