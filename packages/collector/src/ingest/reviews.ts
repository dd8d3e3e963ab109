/** Asks a few questions at a time; the others wait for their turn. */
export interface Reviews {
  /**
   * @param isKnown who asks was known before: no stranger makes it wait
   * @throws Error where too many wait already, and as `ask` does
   */
  run<T>(isKnown: boolean, ask: () => Promise<T>): Promise<T>
}

/** Each lane by itself. */
const AT_A_TIME = 4
/** As many agents find their collector again together. */
const MOST_WAITING = 1000

export function createReviews(): Reviews {
  const known = createLane()
  const strangers = createLane()
  return { run: (isKnown, ask) => (isKnown ? known : strangers)(ask) }
}

function createLane(): <T>(ask: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0

  return async (ask) => {
    if (running >= AT_A_TIME) {
      if (waiting.length >= MOST_WAITING) throw new Error(`${MOST_WAITING} other tokens wait for a review`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await ask()
    } finally {
      // The place goes to the next one, or is free.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
