import { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import type { Answer } from '@portolan/core'
import type { Dialogue } from '../protocols/dialogue.ts'
import { excerptOf } from '../protocols/excerpt.ts'
import { recognise } from '../protocols/recognise.ts'
import type { Verdict } from '../protocols/verdict.ts'

/**
 * TLS over a socket that its owner reads: what comes from the socket is pushed into `wire`, so the owner sees the bytes
 * that no handshake makes sense of. Certificates are reported, not verified.
 */
export function secure(socket: Duplex, options: NonNullable<Dialogue['tls']>): { wire: Duplex; tls: TLSSocket } {
  const wire = new Duplex({
    read() {},
    write(bytes, _encoding, done) {
      socket.write(bytes)
      done()
    },
    final(done) {
      socket.end()
      done()
    },
  })
  const tls = connect({
    socket: wire,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(options.serverName !== undefined && { servername: options.serverName }),
  })
  return { wire, tls }
}

/** `TLSv1.3, certificate of CN=shop, expires 2027-01-31`. */
export function describeSession(tls: TLSSocket): string {
  const certificate = tls.getPeerX509Certificate()
  const version = tls.getProtocol() ?? 'TLS'
  if (certificate === undefined) return `${version}, no certificate`
  const subject = certificate.subject?.replaceAll('\n', ', ').slice(0, 120) ?? 'nobody'
  return `${version}, certificate of ${subject}, expires ${certificate.validToDate.toISOString().slice(0, 10)}`
}

/** The certificate that was shown, and whether it is for the name that was asked for; nothing where none was. */
export function certificateOf(tls: TLSSocket, serverName: string | undefined): Pick<Answer, 'certificate'> {
  const certificate = tls.getPeerX509Certificate()
  if (certificate === undefined || serverName === undefined) return {}
  const subject = certificate.subject?.replaceAll('\n', ', ').slice(0, 120) ?? 'nobody'
  return { certificate: { subject, fits: certificate.checkHost(serverName) !== undefined } }
}

/** RFC 8446 5.1: a TLS server begins with a record of type alert (21) or handshake (22). */
export function beginsAsTls(raw: Buffer): boolean {
  return raw[0] === 21 || raw[0] === 22
}

export function notTls(raw: Buffer): Verdict {
  const speaks = recognise(raw)
  const detail = speaks === null ? 'the answer is not TLS' : `the port speaks ${speaks.name} without TLS`
  return { symptom: 'tls_error', detail, excerpt: excerptOf(raw), ...(speaks && { speaks }) }
}
