import { isIP } from 'node:net'
import type { Dialogue } from './dialogue.ts'
import { httpDialogue } from './http.ts'
import { expecting, tcpDialogue } from './tcp.ts'

interface TlsSpeech {
  host?: string
  hello?: string
  expect?: string
}

/** A finished handshake is the answer, unless there is something to say or to expect behind it. */
export function tlsDialogue(speech: TlsSpeech): Dialogue {
  const tls = serverName(speech.host)
  if (speech.hello !== undefined || speech.expect !== undefined) return { tls, ...tcpDialogue(speech) }
  return {
    tls,
    opening: null,
    judge: (received, over) => (received.length === 0 ? { symptom: 'ok' } : expecting(undefined)(received, over)),
  }
}

/** HTTP inside TLS. */
export function httpsDialogue(
  speech: TlsSpeech & { path?: string; expectStatus?: string },
  address: string,
  port: number,
): Dialogue {
  return { tls: serverName(speech.host), ...httpDialogue(speech, address, port) }
}

function serverName(host: string | undefined): { serverName?: string } {
  const name = host?.replace(/:\d+$/, '')
  return name === undefined || name === '' || isIP(name) !== 0 ? {} : { serverName: name }
}
