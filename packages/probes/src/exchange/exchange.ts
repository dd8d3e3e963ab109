import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock, EchoCount, Phase } from '@portolan/core'
import type { Dialogue } from '../protocols/dialogue.ts'
import { drain } from './drain.ts'
import { judgeEnding, type Ending, type SocketError } from './ending.ts'
import { beginsAsTls, certificateOf, describeSession, notTls, secure } from './secure.ts'
import { startStopwatch } from './stopwatch.ts'
import type { Verdict } from '../protocols/verdict.ts'

export interface Call {
  /** An IP address. */
  address: string
  port: number
  timeoutMs: number
  dialogue: Dialogue
}

/** The result of one call, which does not know its plan. */
export interface Seen extends Omit<Verdict, 'more' | 'closing'> {
  /** ms since the epoch */
  startedAt: number
  durationMs: number
  phases: Partial<Record<Phase, number>>
  failedIn?: Phase
  echo?: EchoCount
  kept?: 'ok' | 'silent'
}

/** Longer answers are judged by their beginning, bytes. */
const RECEIVED_LIMIT = 32_768

const NOTHING = Buffer.alloc(0)

/** All sockets read into it in turn: what must stay is copied out before the next one reads. */
const READ_BUFFER = Buffer.allocUnsafe(65_536)

/**
 * Makes one call and reports once; never throws for what the network does. The function that it returns aborts: nothing is
 * reported then.
 */
export type Exchange = (call: Call, clock: Clock, done: (seen: Seen) => void) => () => void

/**
 * Opens the way to where a call goes: a stream that emits `connect`, then whatever the other side says, which `take` gets.
 * It keeps none of the bytes.
 */
export type Dial = (call: Call, take: (bytes: Buffer) => boolean) => Duplex

const dialTcp: Dial = ({ address: host, port }, take) =>
  connect({
    host,
    port,
    onread: { buffer: READ_BUFFER, callback: (count, buffer) => take(buffer.subarray(0, count) as Buffer) },
  })

/** Opens a TCP connection of its own and holds the dialogue on it. */
export const exchange: Exchange = (call, clock, done) => exchangeOver(dialTcp, call, clock, done)

/** Holds the dialogue over what `dial` opens, as Exchange says. */
export function exchangeOver(dial: Dial, call: Call, clock: Clock, done: (seen: Seen) => void): () => void {
  const { dialogue, timeoutMs } = call
  const startedAt = clock.now()
  const watch = startStopwatch(clock, 'connect')
  let received: Buffer = NOTHING
  /** What came before the handshake was done. */
  let raw: Buffer = NOTHING
  let session: { wire: Duplex; tls: TLSSocket } | null = null
  /** Counts what the other side did. */
  let steps = 0
  let finished = false

  const socket = dial(call, take)
  socket.once('connect', opened)
  socket.on('end', ended)
  socket.on('error', failed)
  const cancelDeadline = clock.after(timeoutMs, timeUp)

  function opened(): void {
    if (finished) return
    steps += 1
    if (dialogue.tls === undefined) return send(socket)
    watch.enter('tls')
    session = secure(socket, dialogue.tls)
    const { tls } = session
    tls.once('secureConnect', () => {
      if (finished) return
      const verdict = dialogue.judge(NOTHING, false)
      if (verdict !== null) finish(verdict)
      else send(tls)
    })
    tls.on('data', judge)
    tls.on('end', ended)
    tls.on('error', failed)
  }

  function send(stream: Duplex): void {
    if (dialogue.opening !== null) {
      watch.enter('write')
      stream.write(dialogue.opening)
    }
    watch.enter('first_byte')
  }

  function take(bytes: Buffer): boolean {
    if (finished) return true
    steps += 1
    if (session === null) {
      judge(bytes)
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

  function judge(bytes: Buffer): void {
    if (finished) return
    if (watch.phase !== 'transfer') watch.enter('transfer')
    const all = received.length === 0 ? bytes : Buffer.concat([received, bytes])
    const verdict = dialogue.judge(all, false)
    if (verdict !== null) return finish(verdict)
    received = all === bytes ? Buffer.from(bytes) : all
    if (received.length >= RECEIVED_LIMIT) end({ kind: 'too long' })
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
    if (!finished) finish(judgeEnding(ending, { phase: watch.phase, received, raw, dialogue }))
  }

  function finish({ more, closing, ...verdict }: Verdict): void {
    const failedIn = watch.phase
    const fine = verdict.symptom === 'ok'
    const seen: Seen = { ...verdict, startedAt, ...watch.stop() }
    if (!fine) seen.failedIn = failedIn
    const known = session !== null && (fine || failedIn !== 'tls') ? describeSession(session.tls) : undefined
    const detail = [verdict.detail, known].filter((part) => part !== undefined).join('; ')
    if (detail !== '') seen.detail = detail.slice(0, 200)
    if (verdict.answer !== undefined && session !== null) {
      seen.answer = { ...verdict.answer, ...certificateOf(session.tls, dialogue.tls?.serverName) }
    }
    if (closing !== undefined) socket.write(closing)
    if (more === true || closing !== undefined || (session !== null && fine)) leave()
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
