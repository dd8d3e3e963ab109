import type { Recognised } from './verdict.ts'

/** What the first bytes of an answer look like; null when they are like nothing known. */
export function recognise(received: Buffer): Recognised | null {
  const text = received.toString('latin1', 0, 64)
  return SHAPES.find(([shape]) => (typeof shape === 'function' ? shape(received) : shape.test(text)))?.[1] ?? null
}

const known = (protocol: Recognised['protocol'], name: string, greets = false): Recognised => ({
  protocol,
  name,
  greets,
})

const SHAPES: [RegExp | ((received: Buffer) => boolean), Recognised][] = [
  [/^HTTP\/1\.[01] \d{3}/, known('http', 'HTTP')],
  [isTlsRecord, known('https', 'TLS')],
  [isHttp2Preface, known('tcp', 'HTTP/2')],
  [isMysqlGreeting, known('mysql', 'MySQL', true)],
  // RESP: errors begin with a word in upper case; `-ERR` answers what is no command.
  [/^-(ERR|NOAUTH|DENIED|LOADING|NOPERM)\b|^\+PONG/, known('redis', 'Redis')],
  [/^SSH-/, known('tcp', 'SSH', true)],
  [/^220[ -]/, known('tcp', 'SMTP or FTP', true)],
  [/^\* OK/, known('tcp', 'IMAP', true)],
  [/^\+OK/, known('tcp', 'POP3', true)],
]

/** RFC 8446 5.1: a record of type alert (21) or handshake (22), legacy version 3.x. */
function isTlsRecord(received: Buffer): boolean {
  return received.length >= 5 && (received[0] === 21 || received[0] === 22) && received[1] === 3 && received[2]! <= 4
}

/** RFC 9113 3.4, 4.1: the server begins with a SETTINGS frame (type 4, no acknowledgement) on stream 0. */
function isHttp2Preface(received: Buffer): boolean {
  return received.length >= 9 && received.readUInt16BE(0) === 0 && received[3] === 4 && received.readUInt32BE(5) === 0
}

/** MySQL client/server protocol: a packet with sequence number 0 that holds protocol version 10, or an error. */
function isMysqlGreeting(received: Buffer): boolean {
  return (
    received.length >= 5 &&
    received.readUIntLE(0, 3) > 4 &&
    received[3] === 0 &&
    (received[4] === 10 || received[4] === 255)
  )
}
