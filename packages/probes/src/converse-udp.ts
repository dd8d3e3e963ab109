import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Clock } from '@portolan/core'
import type { Call, Seen } from './converse.ts'
import { judgeEnding, type Ending, type SocketError } from './ending.ts'
import { startStopwatch } from './stopwatch.ts'
import type { Verdict } from './verdict.ts'

const NOTHING = Buffer.alloc(0)

/**
 * Sends one datagram from a socket of its own and tells once what came back; never throws for what the network does. The
 * socket is connected, so that an ICMP rejection reaches it. The answer aborts: nothing is told then.
 */
export function converseOverUdp(call: Call, clock: Clock, done: (seen: Seen) => void): () => void {
  const { dialogue, address, port, timeoutMs } = call
  const startedAt = clock.now()
  const watch = startStopwatch(clock, 'write')
  let finished = false

  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('error', failed)
  socket.on('message', (heard) => {
    if (finished) return
    watch.enter('transfer')
    const verdict = dialogue.judge(heard, true)
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
    if (!finished) finish(judgeEnding(ending, { phase: watch.phase, heard: NOTHING, raw: NOTHING, dialogue }))
  }

  function finish(verdict: Verdict): void {
    const { more: _more, farewell: _farewell, ...told } = verdict
    const failedIn = watch.phase
    const seen: Seen = { ...told, startedAt, ...watch.stop() }
    if (told.symptom !== 'ok') seen.failedIn = failedIn
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
