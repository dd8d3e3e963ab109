import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import type { Verdict } from './verdict.ts'

/**
 * Asks one question. Any answer to it proves that the port is reachable, a refusal too; so by default it asks for the
 * server's version, which every server answers or refuses by itself and passes on to no other.
 *
 * Source: RFC 1035, 4.1 (messages) and 4.2 (over TCP two bytes of length come first); RFC 4892, 2 (version.bind).
 *
 * @param speech `host` is a name to ask the address of instead
 */
export function dnsDialogue(speech: { host?: string; transport?: 'udp' }): Dialogue {
  const question = speech.host === undefined ? VERSION : ask(speech.host, TYPE_A, CLASS_IN)
  if (speech.transport === 'udp') {
    return { transport: 'udp', opening: question, judge: (heard) => judge(heard) }
  }
  return {
    opening: Buffer.concat([Buffer.from([question.length >> 8, question.length & 0xff]), question]),
    judge(heard, over) {
      const isWhole = heard.length >= 2 && heard.length >= 2 + heard.readUInt16BE(0)
      const isOther = heard.length >= 4 && heard.readUInt16BE(2) !== ID
      if (!isWhole && !isOther && !over) return null
      return isOther ? mismatch(heard, 'DNS') : isWhole ? judge(heard.subarray(2)) : null
    },
  }
}

const HEADER_BYTES = 12
/** Told apart by their sockets, so one number serves all. */
const ID = 0x504f
const TYPE_A = 1
const TYPE_TXT = 16
const CLASS_IN = 1
const CLASS_CHAOS = 3
const VERSION = ask('version.bind', TYPE_TXT, CLASS_CHAOS)

const CODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

function judge(heard: Buffer): Verdict {
  const isAnswer = heard.length >= HEADER_BYTES && heard.readUInt16BE(0) === ID && (heard[2] ?? 0) >= 0x80
  if (!isAnswer) return mismatch(heard, 'DNS')
  const code = (heard[3] ?? 0) & 0x0f
  return { symptom: 'ok', detail: `answered ${CODES[code] ?? `with code ${code}`}` }
}

function ask(name: string, type: number, questionClass: number): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const parts = labels.flatMap((label) => {
    const bytes = Buffer.from(label, 'latin1').subarray(0, 63)
    return [Buffer.from([bytes.length]), bytes]
  })
  const recursionDesired = 0x01
  const header = Buffer.from([ID >> 8, ID & 0xff, recursionDesired, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([header, ...parts, Buffer.from([0, 0, type, 0, questionClass])])
}
