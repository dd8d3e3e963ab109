import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { EchoTrain } from './echo-train.ts'
import type { SocketError } from '../exchange/ending.ts'

/** One UDP flow to a peer, over which trains of datagrams go out and come back. */
export interface EchoFlow {
  /** Takes the datagrams of a train that come back, and errors of the socket, until the function that it returns is called. */
  listen(train: EchoTrain, onReturn: () => void, failed?: (error: SocketError) => void): () => void
  /** Nothing where the flow is not open yet, or any more. @returns whether it was sent */
  send(datagram: Buffer): boolean
  /** Runs once the flow is open, at once where it is already; never where it does not open. */
  whenOpen(run: () => void): void
  /** It could not be opened. */
  readonly isBroken: boolean
  close(): void
}

/** The socket is connected, so that an ICMP rejection reaches it. */
export function openEchoFlow(address: string, port: number): EchoFlow {
  const listeners = new Set<{ train: EchoTrain; onReturn: () => void; failed: (error: SocketError) => void }>()
  let state: 'opening' | 'open' | 'broken' | 'closed' = 'opening'

  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('message', (datagram) => {
    for (const { train, onReturn } of listeners) if (train.take(datagram)) onReturn()
  })
  socket.on('error', failed)
  socket.connect(port, address)
  socket.once('connect', () => {
    if (state === 'opening') state = 'open'
  })

  function failed(error: SocketError): void {
    if (state === 'opening') state = 'broken'
    for (const listener of listeners) listener.failed(error)
  }

  return {
    listen(train, onReturn, onFailed = () => {}) {
      const listener = { train, onReturn, failed: onFailed }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    send(datagram) {
      if (state !== 'open') return false
      socket.send(datagram, (error) => {
        if (error !== null) failed(error)
      })
      return true
    },
    whenOpen(run) {
      if (state === 'open') run()
      else if (state === 'opening') socket.once('connect', run)
    },
    get isBroken() {
      return state === 'broken'
    },
    close() {
      if (state === 'closed') return
      state = 'closed'
      listeners.clear()
      socket.close()
    },
  }
}
