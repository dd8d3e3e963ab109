import { describe, expect, test } from '@jest/globals'
import { PROTOCOLS, type Speech } from '@portolan/core'
import fc from 'fast-check'
import { dialogueFor, type Spoken } from '../../src/protocols/dialogues.ts'
import type { Dialogue } from '../../src/protocols/dialogue.ts'
import type { Verdict } from '../../src/protocols/verdict.ts'
import { speech } from '../builders.ts'

const dialogue = (protocol: Spoken, fields: Partial<Speech> = {}) =>
  dialogueFor(protocol, speech(fields), '127.0.0.1', 30080)

/** The verdict on an answer that ends with its last byte. */
function judged(one: Dialogue, answer: string): Verdict | null {
  const bytes = Buffer.from(answer, 'latin1')
  return one.judge(bytes, false) ?? one.judge(bytes, true)
}

const http = (head: string, body = '') => `HTTP/1.1 ${head}\r\n\r\n${body}`
const chunked = http('200 OK\r\nTransfer-Encoding: chunked', '4\r\nwel-\r\n4\r\ncome\r\n0\r\n\r\n')
const mysqlGreeting = `\x0f\0\0\0\x0a8.4.6\0........`
/** The header of an answer to our number: QR set, code 5. */
const dnsRefusal = '\x50\x4f\x81\x05\0\x01\0\0\0\0\0\0'
const tlsAlert = '\x15\x03\x01\0\x02\x02\x0a'

type Case = [what: string, Spoken, Partial<Speech>, answer: string, expected: Partial<Verdict> | null]

const cases: Case[] = [
  ['any status below 500', 'http', {}, http('404 Not Found'), { symptom: 'ok', status: 404 }],
  ['a server that fails', 'http', {}, http('503 Busy', 'no'), { symptom: 'http_status', status: 503 }],
  [
    'another status than the expected one',
    'http',
    { expectStatus: '200' },
    http('404 Not Found', 'no'),
    { symptom: 'http_status', status: 404, excerpt: 'no' },
  ],
  ['a status asked for', 'http', { expectStatus: '2xx,404' }, http('404 Not Found'), { symptom: 'ok' }],
  [
    'a status not asked for',
    'http',
    { expectStatus: '200' },
    http('302 Found'),
    { symptom: 'http_status', status: 302 },
  ],
  [
    'a final status after an early hint',
    'http',
    {},
    http('103 Early Hints', http('200 OK')),
    { symptom: 'ok', status: 200 },
  ],
  [
    'a redirect to another place, without its path',
    'http',
    {},
    http('302 Found\r\nLocation: https://shop.test/login?token=secret'),
    { symptom: 'ok', status: 302, detail: 'redirects to https://shop.test' },
  ],
  ['a status without reason', 'http', {}, http('200'), { symptom: 'ok', status: 200 }],
  ['a head that broke off', 'http', {}, 'HTTP/1.1 200 OK\r\nServer: x', null],
  [
    'the expected text',
    'http',
    { expect: 'welcome' },
    http('200 OK\r\ncontent-length: 7', 'welcome'),
    { symptom: 'ok' },
  ],
  ['the expected text across chunks', 'http', { expect: 'wel-come' }, chunked, { symptom: 'ok' }],
  [
    'a failing server without the text',
    'http',
    { expect: 'shop', expectStatus: '5xx' },
    http('503 Busy', 'password=secret'),
    { symptom: 'body_mismatch', status: 503 },
  ],
  ['another text', 'http', { expect: 'shop' }, chunked, { symptom: 'body_mismatch', excerpt: 'wel-come' }],
  ['another text, ended by closing', 'http', { expect: 'shop' }, http('200 OK', 'bank'), { symptom: 'body_mismatch' }],
  ['a body shorter than it said', 'http', { expect: 'shop' }, http('200 OK\r\nContent-Length: 9', 'ban'), null],
  ['a body that nobody reads, cut short', 'http', {}, http('200 OK\r\nContent-Length: 9', 'ban'), { symptom: 'ok' }],
  ['chunks without end', 'http', { expect: 'shop' }, chunked.slice(0, -5), null],
  ['TLS, by an alert', 'http', {}, tlsAlert, { symptom: 'body_mismatch', detail: 'the port speaks TLS, not HTTP' }],
  [
    'TLS, in the words of a Go server',
    'http',
    {},
    http('400 Bad Request', 'Client sent an HTTP request to an HTTPS server.\n'),
    { symptom: 'http_status', status: 400, detail: 'the port speaks TLS, not plain HTTP' },
  ],
  [
    'a plain bad request',
    'http',
    {},
    http('400 Bad Request\r\nContent-Length: 3', 'bad'),
    { symptom: 'ok', status: 400 },
  ],
  ['SSH', 'http', {}, 'SSH-2.0-OpenSSH_9\r\n', { symptom: 'body_mismatch', excerpt: 'SSH-2.0-OpenSSH_9' }],
  ['a status that is no number of three digits', 'http', {}, http('9e9 Big'), { symptom: 'body_mismatch' }],
  ['a status line without a status', 'http', {}, 'HTTP/1.1 what\r\n\r\n', { symptom: 'body_mismatch' }],
  ['no bytes', 'http', {}, '', null],

  ['any byte', 'tcp', {}, '\0', { symptom: 'ok' }],
  ['what is expected', 'tcp', { expect: 'OpenSSH' }, 'SSH-2.0-OpenSSH_9\r\n', { symptom: 'ok' }],
  ['something else', 'tcp', { expect: 'OpenSSH' }, '220 mail\r\n', { symptom: 'body_mismatch', excerpt: '220 mail' }],
  ['no bytes', 'tcp', {}, '', null],

  ['PONG', 'redis', {}, '+PONG\r\n', { symptom: 'ok', detail: 'PONG' }],
  ['a password asked for', 'redis', {}, '-NOAUTH Authentication required.\r\n', { symptom: 'ok' }],
  ['POP3', 'redis', {}, '+OK ready\r\n', { symptom: 'body_mismatch' }],
  ['a reply that broke off', 'redis', {}, '+PO', { symptom: 'body_mismatch' }],

  ['TLS offered', 'postgres', {}, 'S', { symptom: 'ok', detail: 'offers TLS' }],
  ['TLS not offered', 'postgres', {}, 'N', { symptom: 'ok', detail: 'without TLS' }],
  ['an error message', 'postgres', {}, 'E\0\0\0\x20SFATAL\0', { symptom: 'ok' }],
  [
    'HTTP',
    'postgres',
    {},
    http('400 Bad Request'),
    { symptom: 'body_mismatch', detail: 'the port speaks HTTP, not PostgreSQL' },
  ],

  ['a greeting', 'mysql', {}, mysqlGreeting, { symptom: 'ok', detail: 'version 8.4.6' }],
  ['an error', 'mysql', {}, '\x17\0\0\0\xff\x10\x04Too many connections', { symptom: 'ok' }],
  ['a greeting that broke off', 'mysql', {}, mysqlGreeting.slice(0, 8), null],
  ['SSH', 'mysql', {}, 'SSH-2.0-OpenSSH_9\r\n', { symptom: 'body_mismatch' }],

  ['a refusal', 'dns', {}, `\0\x0c${dnsRefusal}`, { symptom: 'ok', detail: 'answered REFUSED' }],
  ['an answer that broke off', 'dns', {}, `\0\x20${dnsRefusal}`, null],
  ['SSH', 'dns', {}, 'SSH-2.0-OpenSSH_9\r\n', { symptom: 'body_mismatch' }],
  ['a refusal over UDP', 'dns', { transport: 'udp' }, dnsRefusal, { symptom: 'ok', detail: 'answered REFUSED' }],
]

test.each(['http://shop.test:8080/login', '//', '/login', 'javascript:alert(1)', 'http://['])(
  'a redirect to %s names no other place that could be shown',
  (location) => {
    const answer = http(`302 Found\r\nLocation: ${location}`)
    expect(judged(dialogue('http', { host: 'shop.test:8080' }), answer)?.detail).toBeUndefined()
  },
)

describe('an answer', () => {
  test.each(cases)('of %s to %s %j', (_, protocol, fields, answer, expected) => {
    const verdict = judged(dialogue(protocol, fields), answer)
    if (expected === null) expect(verdict).toBeNull()
    else expect(verdict).toMatchObject(expected)
    if ((verdict?.status ?? 0) >= 500) expect(verdict).not.toHaveProperty('excerpt')
  })

  test.each(cases)('of %s to %s %j, cut at any byte, means the same', (_, protocol, fields, answer) => {
    const one = dialogue(protocol, fields)
    if (one.transport === 'udp') return
    const bytes = Buffer.from(answer, 'latin1')
    const whole = judged(one, answer)
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const early = one.judge(bytes.subarray(0, cut), false)
      if (early !== null) expect(early.symptom).toBe(whole?.symptom)
    }
  })

  test('of whatever bytes is judged without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), (bytes, over) => {
        for (const protocol of PROTOCOLS) {
          if (protocol !== 'auto' && protocol !== 'off' && protocol !== 'echo')
            dialogue(protocol, { expect: 'x' }).judge(Buffer.from(bytes), over)
        }
      }),
    )
  })
})

describe('what is said first', () => {
  test.each([
    ['the root by default', {}, 'GET / HTTP/1.1\r\nHost: 127.0.0.1:30080\r\n'],
    ['a path and a host', { path: '/up?x=1', host: 'shop.example' }, 'GET /up?x=1 HTTP/1.1\r\nHost: shop.example\r\n'],
    ['a path that is no plain text', { path: 'ü p\r\nX: y' }, 'GET /%C3%BC%20p%0D%0AX:%20y HTTP/1.1\r\n'],
    ['a host that tries to add a header', { host: 'a\r\nX: y' }, 'GET / HTTP/1.1\r\nHost: aX:y\r\n'],
  ])('in HTTP asks for %s', (_, fields, expected) => {
    expect(dialogue('http', fields).opening?.toString()).toMatch(expected)
  })

  test('to an IPv6 address puts it in brackets', () => {
    expect(dialogueFor('http', speech(), '::1', 80).opening?.toString()).toMatch('Host: [::1]:80\r\n')
  })

  test.each([
    ['HELP\\r\\n', 'HELP\r\n'],
    ['\\x00\\xfF\\t', '\0\xff\t'],
    ['a\\\\n', 'a\\n'],
    ['\\q', '\\q'],
  ])('in TCP decodes %j', (hello, expected) => {
    expect(dialogue('tcp', { hello }).opening?.toString('latin1')).toBe(expected)
  })

  test('in DNS asks for the status, which no server passes on, or for the name that is given', () => {
    expect(dialogue('dns', { transport: 'udp' }).opening?.readUInt16BE(2)).toBe(0x1000)
    expect(dialogue('dns', { transport: 'udp', host: 'db.local.' }).opening?.toString('latin1')).toContain(
      '\x02db\x05local\0\0\x01\0\x01',
    )
  })

  test.each([
    ['shop.example', 'shop.example'],
    ['shop.example:8443', 'shop.example'],
    ['10.0.0.1', undefined],
    [undefined, undefined],
  ])('in TLS names the server for the host %s as %s', (host, expected) => {
    expect(dialogue('https', host === undefined ? {} : { host }).tls?.serverName).toBe(expected)
  })
})
