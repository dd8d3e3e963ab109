import type { Dialogue } from './dialogue.ts'
import { decodeHello } from './hello.ts'
import { expecting } from './tcp.ts'

/** Says `hello` in one datagram and waits: any datagram back is ok, unless something certain is expected. */
export function udpDialogue(speech: { hello?: string; expect?: string }): Dialogue {
  const judge = expecting(speech.expect)
  return {
    transport: 'udp',
    opening: decodeHello(speech.hello ?? ''),
    judge: (received) => judge(received, true),
  }
}
