/** How pod traffic between two nodes is lost: all of it, or what does not fit a small packet. */
export type Loss = 'all' | 'large'

/** Pairs of nodes between which pod traffic is lost, both ways. */
export interface BrokenPaths {
  break(a: string, b: string, loss: Loss): void
  heal(a: string, b: string): void
  /** null: nothing is. */
  lossBetween(a: string, b: string): Loss | null
}

export function createBrokenPaths(): BrokenPaths {
  const pairs = new Map<string, Loss>()
  const key = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  return {
    break: (a, b, loss) => void pairs.set(key(a, b), loss),
    heal: (a, b) => void pairs.delete(key(a, b)),
    lossBetween: (a, b) => pairs.get(key(a, b)) ?? null,
  }
}
