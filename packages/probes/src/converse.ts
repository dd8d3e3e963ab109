import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock, EchoCount, Phase } from '@portolan/core'
import type { Dialogue } from './dialogue.ts'
import { drain } from './drain.ts'
import { judgeEnding, type Ending, type SocketError } from './ending.ts'
import { beginsAsTls, describeSession, notTls, secure } from './secure.ts'
import { startStopwatch } from './stopwatch.ts'
import type { Verdict } from './verdict.ts'

export interface Call {
  /** An IP address. */
  address: string
  port: number
  timeoutMs: number
  dialogue: Dialogue
}

/** What one probe saw, before it is known for whom. */
export interface Seen extends Omit<Verdict, 'more' | 'farewell'> {
  /** ms since the epoch */
  startedAt: number
  durationMs: number
  phases: Partial<Record<Phase, number>>
  failedIn?: Phase
  echo?: EchoCount
  kept?: 'ok' | 'silent'
}

/** Longer answers are judged by their beginning. */
const HEARD_LIMIT = 32_768

const NOTHING = Buffer.alloc(0)

/** All sockets read into it in turn: what must stay is copied out before the next one reads. */
const RECEIVED = Buffer.allocUnsafe(65_536)

/**
 * Opens a connection of its own, holds the dialogue on it and tells once what was seen; never throws for what the
 * network does. The answer aborts: nothing is told then.
 */
export function converse(call: Call, clock: Clock, done: (seen: Seen) => void): () => void {
  const { dialogue, timeoutMs } = call
  const startedAt = clock.now()
  const watch = startStopwatch(clock, 'connect')
  let heard: Buffer = NOTHING
  /** What came before the handshake was done. */
  let raw: Buffer = NOTHING
  let session: { wire: Duplex; tls: TLSSocket } | null = null
  /** Counts what the other side did. */
  let steps = 0
  let finished = false

  const socket: Socket = connect({
    host: call.address,
    port: call.port,
    onread: { buffer: RECEIVED, callback: (count, buffer) => receive(buffer.subarray(0, count) as Buffer) },
  })
  socket.once('connect', opened)
  socket.on('end', ended)
  socket.on('error', failed)
  const cancelDeadline = clock.after(timeoutMs, timeUp)

  function opened(): void {
    if (finished) return
    steps += 1
    if (dialogue.tls === undefined) return speak(socket)
    watch.enter('tls')
    session = secure(socket, dialogue.tls)
    const { tls } = session
    tls.once('secureConnect', () => {
      if (finished) return
      const verdict = dialogue.judge(NOTHING, false)
      if (verdict !== null) finish(verdict)
      else speak(tls)
    })
    tls.on('data', hear)
    tls.on('end', ended)
    tls.on('error', failed)
  }

  function speak(stream: Duplex): void {
    if (dialogue.opening !== null) {
      watch.enter('write')
      stream.write(dialogue.opening)
    }
    watch.enter('first_byte')
  }

  function receive(bytes: Buffer): boolean {
    if (finished) return true
    steps += 1
    if (session === null) {
      hear(bytes)
      return true
    }
    const copy = Buffer.from(bytes)
    if (watch.phase === 'tls') {
      raw = Buffer.concat([raw, copy])
      if (!beginsAsTls(raw)) {
        finish(notTls(raw))
        return true
      }
    }
    session.wire.push(copy)
    return true
  }

  function hear(bytes: Buffer): void {
    if (finished) return
    if (watch.phase !== 'transfer') watch.enter('transfer')
    const all = heard.length === 0 ? bytes : Buffer.concat([heard, bytes])
    const verdict = dialogue.judge(all, false)
    if (verdict !== null) return finish(verdict)
    heard = all === bytes ? Buffer.from(bytes) : all
    if (heard.length >= HEARD_LIMIT) end({ kind: 'too long' })
  }

  function ended(): void {
    end({ kind: 'closed' })
  }

  function failed(error: SocketError): void {
    end({ kind: 'failed', error })
  }

  /**
   * What already waits in the socket is taken first: being late ourselves must not look like silence. If it was a step
   * on the way and no verdict, the other side would have gone on in the time that we took from it.
   */
  function timeUp(): void {
    const lateMs = watch.elapsed() - timeoutMs
    const before = steps
    setImmediate(() => end({ kind: 'time up', timeoutMs, heldUpMs: steps > before ? lateMs : 0 }))
  }

  function end(ending: Ending): void {
    if (!finished) finish(judgeEnding(ending, { phase: watch.phase, heard, raw, dialogue }))
  }

  function finish({ more, farewell, ...verdict }: Verdict): void {
    const failedIn = watch.phase
    const fine = verdict.symptom === 'ok'
    const seen: Seen = { ...verdict, startedAt, ...watch.stop() }
    if (!fine) seen.failedIn = failedIn
    const known = session !== null && (fine || failedIn !== 'tls') ? describeSession(session.tls) : undefined
    const detail = [verdict.detail, known].filter((part) => part !== undefined).join('; ')
    if (detail !== '') seen.detail = detail.slice(0, 200)
    if (farewell !== undefined) socket.write(farewell)
    if (more === true || farewell !== undefined || (session !== null && fine)) leave()
    else abort()
    done(seen)
  }

  function leave(): void {
    finished = true
    cancelDeadline()
    drain(socket, clock, session?.tls)
  }

  function abort(): void {
    finished = true
    cancelDeadline()
    session?.tls.destroy()
    socket.destroy()
  }

  return () => {
    if (!finished) abort()
  }
}
