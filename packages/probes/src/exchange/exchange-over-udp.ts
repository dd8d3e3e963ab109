import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Clock } from '@portolan/core'
import type { Call, Seen } from './exchange.ts'
import { judgeEnding, type Ending, type SocketError } from './ending.ts'
import { startStopwatch } from './stopwatch.ts'
import type { Verdict } from '../protocols/verdict.ts'

const NOTHING = Buffer.alloc(0)

/**
 * Sends one datagram from a socket of its own, as Exchange says. The socket is connected, so that an ICMP rejection
 * reaches it.
 */
export function exchangeOverUdp(call: Call, clock: Clock, done: (seen: Seen) => void): () => void {
  const { dialogue, address, port, timeoutMs } = call
  const startedAt = clock.now()
  const watch = startStopwatch(clock, 'write')
  let finished = false

  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('error', failed)
  socket.on('message', (received) => {
    if (finished) return
    watch.enter('transfer')
    const verdict = dialogue.judge(received, true)
    if (verdict !== null) finish(verdict)
  })
  socket.connect(port, address, () => {
    if (finished) return
    socket.send(dialogue.opening ?? NOTHING, (error) => {
      if (error !== null) failed(error)
      else if (!finished && watch.phase === 'write') watch.enter('first_byte')
    })
  })
  const cancelDeadline = clock.after(timeoutMs, timeUp)

  function failed(error: SocketError): void {
    end({ kind: 'failed', error })
  }

  /** What already waits in the socket is taken first: being late ourselves must not look like silence. */
  function timeUp(): void {
    setImmediate(() => end({ kind: 'time up', timeoutMs, heldUpMs: 0 }))
  }

  function end(ending: Ending): void {
    if (!finished) finish(judgeEnding(ending, { phase: watch.phase, received: NOTHING, raw: NOTHING, dialogue }))
  }

  function finish(verdict: Verdict): void {
    const { more: _more, closing: _closing, ...proved } = verdict
    const failedIn = watch.phase
    const seen: Seen = { ...proved, startedAt, ...watch.stop() }
    if (proved.symptom !== 'ok') seen.failedIn = failedIn
    abort()
    done(seen)
  }

  function abort(): void {
    finished = true
    cancelDeadline()
    socket.close()
  }

  return () => {
    if (!finished) abort()
  }
}
