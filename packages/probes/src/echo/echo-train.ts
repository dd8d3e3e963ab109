import { randomBytes } from 'node:crypto'

/** Numbered datagrams that are sent one after the other, and what came back of them. */
export interface EchoTrain {
  /** Those that are to be sent, in their order. */
  readonly datagrams: readonly Buffer[]
  /** @returns whether the datagram is one of these */
  take(datagram: Buffer): boolean
  /** How many came back at least once. */
  readonly returned: number
  readonly duplicated: number
  readonly reordered: number
}

export const TRAIN_LENGTH = 4

const NONCE_BYTES = 16

/** A datagram is the train's random nonce and its number in one byte, so that no old one and no stranger's counts. */
export function createEchoTrain(): EchoTrain {
  const nonce = randomBytes(NONCE_BYTES)
  const returned = new Set<number>()
  let latest = -1
  let duplicated = 0
  let reordered = 0
  return {
    datagrams: Array.from({ length: TRAIN_LENGTH }, (_, number) => Buffer.concat([nonce, Buffer.of(number)])),
    take(datagram) {
      const number = datagram[NONCE_BYTES]
      const isOurs = datagram.length === NONCE_BYTES + 1 && datagram.subarray(0, NONCE_BYTES).equals(nonce)
      if (!isOurs || number === undefined || number >= TRAIN_LENGTH) return false
      if (returned.has(number)) {
        duplicated += 1
      } else {
        returned.add(number)
        if (number < latest) reordered += 1
      }
      latest = Math.max(latest, number)
      return true
    },
    get returned() {
      return returned.size
    },
    get duplicated() {
      return duplicated
    },
    get reordered() {
      return reordered
    },
  }
}
