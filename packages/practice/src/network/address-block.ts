import { createServer } from 'node:net'

/** Addresses of its own for every node of a cluster, in 127/8: `127.77.BLOCK.2` and on. */
export interface AddressBlock {
  /** Counts from 0. */
  nodeAddress(index: number): string
  /** Why nothing can listen on these addresses; null where it can. */
  unusable: string | null
  release(): void
}

/** A listener here keeps other practice clusters out of the block. */
const GUARD_PORT = 10250

/**
 * Takes a block that no other practice cluster of this machine has. Where the system has no loopback address but
 * 127.0.0.1 (as macOS), or no way to drop on purpose (all but Linux), the addresses are names only.
 */
export async function takeAddressBlock(random: () => number): Promise<AddressBlock> {
  const first = Math.floor(random() * 256)
  if (process.platform !== 'linux')
    return block(first, () => {}, `${process.platform} has no loopback address for each node`)
  for (let tried = 0; tried < 256; tried += 1) {
    const number = (first + tried) % 256
    const guard = createServer().unref()
    const { promise, resolve } = Promise.withResolvers<string | null>()
    guard.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    guard.listen(GUARD_PORT, `127.77.${number}.1`, () => resolve(null))
    const failure = await promise
    if (failure === null) return block(number, () => void guard.close(), null)
    if (failure !== 'EADDRINUSE')
      return block(number, () => {}, `127.77.${number}.1 cannot be listened on (${failure})`)
  }
  return block(first, () => {}, 'all blocks of loopback addresses are taken')
}

function block(number: number, release: () => void, unusable: string | null): AddressBlock {
  return { nodeAddress: (index) => `127.77.${number}.${index + 2}`, unusable, release }
}
