import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock, Phase } from '@portolan/core'
import type { Dialogue } from './dialogue.ts'
import { drain } from './drain.ts'
import { excerptOf } from './excerpt.ts'
import { recognise } from './recognise.ts'
import { describeSession, secure } from './secure.ts'
import { symptomOfError } from './socket-symptom.ts'
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
    if (session === null) {
      hear(bytes)
      return true
    }
    const copy = Buffer.from(bytes)
    if (watch.phase === 'tls') {
      raw = raw.length === 0 ? copy : Buffer.concat([raw, copy])
      if (raw[0] !== ALERT && raw[0] !== HANDSHAKE) {
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
    if (heard.length >= HEARD_LIMIT) brokeOff('the answer has no end')
  }

  function ended(): void {
    if (finished) return
    if (watch.phase === 'tls' && raw.length > 0) finish({ symptom: 'tls_error', detail: 'closed during the handshake' })
    else if (heard.length > 0) brokeOff('closed in the middle of the answer')
    else finish({ symptom: 'closed' })
  }

  function failed(error: NodeJS.ErrnoException & { reason?: string }): void {
    if (finished) return
    const detail = (error.reason ?? error.message).slice(0, 200)
    if (watch.phase === 'tls' && raw.length > 0) {
      const speaks = recognise(raw)
      finish({ symptom: 'tls_error', detail, ...(speaks && { speaks }) })
    } else if (heard.length > 0) brokeOff(detail)
    else if (error.code?.startsWith('ERR_SSL')) finish({ symptom: 'tls_error', detail })
    else finish({ symptom: symptomOfError(error.code, watch.phase !== 'connect'), detail })
  }

  /** What already waits in the socket's buffer is read first: being late ourselves must not look like silence. */
  function timeUp(): void {
    const late = watch.elapsed() - timeoutMs
    setImmediate(() => {
      if (finished) return
      if (late > Math.max(20, timeoutMs / 10)) {
        finish({ symptom: 'local_error', detail: `the prober was held up for ${Math.round(late)} ms` })
      } else if (heard.length > 0) brokeOff(`no more of the answer within ${timeoutMs} ms`)
      else if (watch.phase === 'connect') finish({ symptom: 'connect_timeout' })
      else if (watch.phase === 'tls' && raw.length > 0) {
        finish({ symptom: 'tls_error', detail: `the handshake was not finished within ${timeoutMs} ms` })
      } else finish({ symptom: 'silent' })
    })
  }

  function brokeOff(detail: string): void {
    finish(dialogue.judge(heard, true) ?? { symptom: 'truncated', detail, excerpt: excerptOf(heard) })
  }

  function finish({ more, farewell, ...verdict }: Verdict): void {
    const failedIn = watch.phase
    const seen: Seen = { ...verdict, startedAt, ...watch.stop() }
    if (verdict.symptom !== 'ok') seen.failedIn = failedIn
    if (session !== null && failedIn !== 'tls') {
      seen.detail ??= describeSession(session.tls)
    } else if (session !== null && verdict.symptom === 'ok') {
      seen.detail = describeSession(session.tls)
    }
    if (farewell !== undefined) socket.write(farewell)
    close(more === true || farewell !== undefined || (session !== null && verdict.symptom === 'ok'))
    done(seen)
  }

  function close(politely: boolean): void {
    finished = true
    cancelDeadline()
    session?.tls.destroy()
    if (politely) drain(socket, clock)
    else socket.destroy()
  }

  return () => {
    if (!finished) close(false)
  }
}

/** RFC 8446 5.1: the content types that a TLS server can begin with. */
const ALERT = 0x15
const HANDSHAKE = 0x16

function notTls(raw: Buffer): Verdict {
  const speaks = recognise(raw)
  const detail = speaks === null ? 'the answer is not TLS' : `the port speaks ${speaks.name} without TLS`
  return { symptom: 'tls_error', detail, excerpt: excerptOf(raw), ...(speaks && { speaks }) }
}
