import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Connection } from '../connection.ts'
import { type PodPort, podPath } from './pod-port.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const DATA = 0
const ERROR = 1
const MOST_OF_ERROR = 1000

/**
 * A connection to a port of a pod from inside of it, through the API server and the kubelet: to 127.0.0.1 or ::1 there.
 * It emits `connect` once the kubelet has the order, and an error with the code ECONNREFUSED where nothing listens; with
 * WayRefused where the API server does not lead there.
 *
 * Source: Kubernetes, the subresource `pods/portforward` over WebSocket: each message begins with its channel, the first
 * one of each channel is the port; measured on kind.
 */
export function forwardPort(connection: Connection, { namespace, pod, port }: PodPort): Duplex {
  const path = `${podPath(namespace, pod)}/portforward?ports=${port}`
  let socket: WebSocket | null = null
  const begun = [false, false]
  let trouble = ''

  const stream = new Duplex({
    read: () => socket?.resume(),
    write(bytes: Buffer, _encoding, done) {
      if (socket === null) return done(new Error('written before it was connected'))
      socket.send(Buffer.concat([Buffer.of(DATA), bytes]), (error) => {
        done(error ? new Error('the port-forward has ended', { cause: error }) : null)
      })
    },
    // A WebSocket has no half that could be closed alone.
    final: (done) => done(),
    destroy(error, done) {
      socket?.terminate()
      done(error)
    },
  })

  function take(message: Buffer): void {
    const channel = message[0] ?? DATA
    if (channel !== DATA && channel !== ERROR) return
    if (!begun[channel]) {
      begun[channel] = true
      return
    }
    const bytes = message.subarray(1)
    if (channel === DATA && !stream.push(bytes)) socket?.pause()
    else if (channel === ERROR && trouble.length < MOST_OF_ERROR) {
      trouble += bytes.toString('utf8', 0, MOST_OF_ERROR)
      stream.destroy(withCode(trouble))
    }
  }

  connection.openSocket(path, PROTOCOL, take).then(
    (opened) => {
      socket = opened
      if (stream.destroyed) return opened.terminate()
      opened.on('error', (error) => stream.destroy(error))
      opened.on('close', () => {
        stream.push(null)
        stream.end()
      })
      stream.emit('connect')
    },
    (error: unknown) => stream.destroy(error as Error),
  )
  return stream
}

function withCode(text: string): Error {
  const code = /connection refused/.test(text) ? 'ECONNREFUSED' : 'EFORWARD'
  return Object.assign(new Error(text.trim()), { code })
}
