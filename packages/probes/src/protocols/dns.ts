import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import type { Verdict } from './verdict.ts'

/**
 * Asks one question. Any answer to it proves that the port is reachable, a refusal too; so by default it asks for the
 * server's status, which nobody implements: a server says so by itself, while every name may be asked of another server
 * first (CoreDNS passes on version.bind as well).
 *
 * Source: RFC 1035, 4.1 (messages, opcode 2) and 4.2 (over TCP two bytes of length come first); measured with CoreDNS.
 *
 * @param speech `host` is a name to ask the address of instead
 */
export function dnsDialogue(speech: { host?: string; transport?: 'udp' }): Dialogue {
  const question = speech.host === undefined ? STATUS : ask(speech.host, QUERY)
  if (speech.transport === 'udp') {
    return { transport: 'udp', opening: question, judge: (received) => judge(received) }
  }
  return {
    opening: Buffer.concat([Buffer.from([question.length >> 8, question.length & 0xff]), question]),
    judge(received, over) {
      const isWhole = received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)
      const isOther = received.length >= 4 && received.readUInt16BE(2) !== ID
      if (!isWhole && !isOther && !over) return null
      return isOther ? mismatch(received, 'DNS') : isWhole ? judge(received.subarray(2)) : null
    },
  }
}

const HEADER_BYTES = 12
/** Told apart by their sockets, so one number serves all. */
const ID = 0x504f
/** The second 16 bits of the header: the operation, and whether to ask others. */
const QUERY = 0x0100
const STATUS = ask('.', 0x1000)

const CODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

function judge(received: Buffer): Verdict {
  const isAnswer = received.length >= HEADER_BYTES && received.readUInt16BE(0) === ID && (received[2] ?? 0) >= 0x80
  if (!isAnswer) return mismatch(received, 'DNS')
  const code = (received[3] ?? 0) & 0x0f
  return { symptom: 'ok', detail: `answered ${CODES[code] ?? `with code ${code}`}` }
}

/** Of the name's address. */
function ask(name: string, flags: number): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const parts = labels.flatMap((label) => {
    const bytes = Buffer.from(label, 'latin1').subarray(0, 63)
    return [Buffer.from([bytes.length]), bytes]
  })
  const header = Buffer.from([ID >> 8, ID & 0xff, flags >> 8, flags & 0xff, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([header, ...parts, Buffer.from([0, 0, 1, 0, 1])])
}
