import { isIPv6 } from 'node:net'
import type { Dialogue } from './dialogue.ts'
import { excerptOf } from './excerpt.ts'
import { answerOf, MARKED_BYTES, originOf } from './http-marks.ts'
import { readBody, readHead, type HttpHead } from './http-answer.ts'
import { mismatch } from './mismatch.ts'
import { statusIsExpected } from './status-ranges.ts'
import { EXPECT_WITHIN_BYTES } from './tcp.ts'
import type { Recognised, Verdict } from './verdict.ts'

const HTTP: Recognised = { protocol: 'http', name: 'HTTP', greets: false }
const TLS: Recognised = { protocol: 'https', name: 'TLS', greets: false }

interface HttpSpeech {
  path?: string
  host?: string
  expectStatus?: string
  expect?: string
  marks?: true
}

/** Asks for the path and reads the head of the answer; of the body only what is needed to find what is expected. */
export function httpDialogue(speech: HttpSpeech, address: string, port: number): Dialogue {
  return {
    opening: Buffer.from(
      `GET ${encodePath(speech.path ?? '/')} HTTP/1.1\r\n` +
        `Host: ${encodeHost(speech.host ?? authority(address, port))}\r\n` +
        'User-Agent: portolan\r\nAccept: */*\r\nConnection: close\r\n\r\n',
    ),
    judge: (received, over) => judge(received, over, { ...speech, host: speech.host ?? authority(address, port) }),
  }
}

function judge(received: Buffer, over: boolean, speech: HttpSpeech & { host: string }): Verdict | null {
  if (!beginsAsHttp(received)) return undecided(received, over) ? null : mismatch(received, 'HTTP')
  const head = readHead(received)
  if (head === null) return null
  if (Number.isNaN(head.status)) return mismatch(received, 'HTTP')
  if (head.status === 400) {
    const refusal = judgeRefusal(received, over, head)
    if (refusal !== 'none') return refusal
  }
  if (speech.marks === true) return judgeMarks(received, over, head, speech)
  if (!statusIsExpected(head.status, speech.expectStatus)) return wrongStatus(received, over, head)
  if (speech.expect !== undefined) return judgeBody(received, over, head, speech.expect)
  const more = !over && !readBody(received, head).complete
  return { symptom: 'ok', status: head.status, ...redirectFrom(head, speech.host), speaks: HTTP, more }
}

/** A client that follows it leaves the port, so that what it sees says nothing about the port. */
function redirectFrom(head: HttpHead, host: string): Pick<Verdict, 'detail'> {
  const place = head.status >= 300 && head.status < 400 ? originOf(head) : null
  return place === null || place === `http://${host}` ? {} : { detail: `redirects to ${place}` }
}

/** The same, with what the answer is recognised by: for that the beginning of its body is waited for. */
function judgeMarks(received: Buffer, over: boolean, head: HttpHead, speech: HttpSpeech): Verdict | null {
  const { body, complete } = readBody(received, head)
  if (!complete && !over && body.length < MARKED_BYTES) return null
  const verdict: Verdict = statusIsExpected(head.status, speech.expectStatus)
    ? { symptom: 'ok', status: head.status, speaks: HTTP, more: !over && !complete }
    : wrongStatus(received, over, head)
  return { ...verdict, answer: answerOf(head, body) }
}

function wrongStatus(received: Buffer, over: boolean, head: HttpHead): Verdict {
  const { body, complete } = readBody(received, head)
  return {
    symptom: 'http_status',
    status: head.status,
    detail: `HTTP ${head.status} ${head.reason}`.trimEnd(),
    ...excerptFrom(head, body.length > 0 ? body : received),
    speaks: HTTP,
    more: !over && !complete,
  }
}

function judgeBody(received: Buffer, over: boolean, head: HttpHead, expect: string): Verdict | null {
  const { body, complete, ends } = readBody(received, head)
  const searched = body.subarray(0, EXPECT_WITHIN_BYTES)
  const more = !over && !complete
  if (searched.includes(expect)) return { symptom: 'ok', status: head.status, speaks: HTTP, more }
  if (!complete && searched.length < EXPECT_WITHIN_BYTES && (!over || ends === 'stated')) return null
  return {
    symptom: 'body_mismatch',
    status: head.status,
    detail: `the answer does not contain "${expect}"`,
    ...excerptFrom(head, body),
    speaks: HTTP,
    more,
  }
}

/** A server that fails may show its settings and stack: of such an answer nothing is kept. */
function excerptFrom({ status }: HttpHead, bytes: Buffer): Pick<Verdict, 'excerpt'> {
  return status < 500 ? { excerpt: excerptOf(bytes) } : {}
}

/** What servers answer with status 400 when they are asked in HTTP on a TLS port: Go, nginx, Apache. */
const WANTS_TLS =
  /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|plain HTTP to an SSL-enabled/

function judgeRefusal(received: Buffer, over: boolean, head: HttpHead): Verdict | null | 'none' {
  const { body, complete } = readBody(received, head)
  if (WANTS_TLS.test(body.toString('latin1'))) {
    return {
      symptom: 'http_status',
      status: 400,
      detail: 'the port speaks TLS, not plain HTTP',
      excerpt: excerptOf(body),
      speaks: TLS,
    }
  }
  return complete || over || body.length >= EXPECT_WITHIN_BYTES ? 'none' : null
}

const PREFIX = 'HTTP/1.'

/** So far as the bytes go. */
function beginsAsHttp(received: Buffer): boolean {
  return PREFIX.startsWith(received.toString('latin1', 0, PREFIX.length))
}

/** A few bytes without an end of line may still become something that is recognised. */
function undecided(received: Buffer, over: boolean): boolean {
  return !over && received.length < PREFIX.length && !received.includes('\n')
}

function encodePath(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`
  return rooted.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}

function encodeHost(host: string): string {
  return host.replace(/[^\x21-\x7e]/g, '')
}

function authority(address: string, port: number): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`
}
