import { setImmediate } from 'node:timers/promises'

/** Then others have their turn. Where many wait for each turn, shorter holds would make it take many times as long. */
const HOLD_MS = 20

/**
 * For long work in small pieces: to be awaited between two of them. Lets everything else that waits for the event loop
 * have its turn once it was held for so long.
 */
export function createTurns(holdMs = HOLD_MS): () => Promise<void> {
  let heldSince = performance.now()
  return async () => {
    if (performance.now() - heldSince < holdMs) return
    await setImmediate()
    heldSince = performance.now()
  }
}
