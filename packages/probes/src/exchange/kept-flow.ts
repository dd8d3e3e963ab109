import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Dialogue } from '../protocols/dialogue.ts'

/**
 * A UDP flow that is kept from probe to probe, beside the fresh one of each: what remembers flows on the way may lead an
 * old one to where nobody is any more. Nobody waits for its answers: they are looked at when the next datagram goes out.
 */
export interface KeptFlow {
  /** Sends one more. @returns how the flow stands; null as long as it has never been answered */
  next(dialogue: Dialogue): 'ok' | 'silent' | null
  close(): void
}

/** One datagram may be lost, or answered slowly. */
const SILENT_AFTER = 3

export function openKeptFlow(address: string, port: number): KeptFlow {
  let socket: Socket | null = null
  let isOpen = false
  let asked: Dialogue | null = null
  let wasAnswered = false
  /** Sent since the last answer. */
  let waiting = 0

  function open(): Socket {
    const opened = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    opened.on('message', (received) => {
      if (asked?.judge(received, true)?.symptom !== 'ok') return
      wasAnswered = true
      waiting = 0
    })
    // A rejection says of the flow what silence does; a socket that does not open is tried anew.
    opened.on('error', () => {
      if (!isOpen) close()
    })
    opened.connect(port, address, () => {
      isOpen = socket === opened
    })
    return opened
  }

  function close(): void {
    socket?.close()
    socket = null
    isOpen = false
  }

  return {
    next(dialogue) {
      socket ??= open()
      const stands = wasAnswered ? (waiting >= SILENT_AFTER ? 'silent' : 'ok') : null
      if (isOpen) {
        asked = dialogue
        waiting += 1
        socket.send(dialogue.opening ?? Buffer.alloc(0), () => {})
      }
      return stands
    },
    close,
  }
}
