/** Pairs of nodes between which pod traffic is lost, both ways. */
export interface BrokenPaths {
  break(a: string, b: string): void
  heal(a: string, b: string): void
  broken(a: string, b: string): boolean
}

export function createBrokenPaths(): BrokenPaths {
  const pairs = new Set<string>()
  const key = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  return {
    break: (a, b) => void pairs.add(key(a, b)),
    heal: (a, b) => void pairs.delete(key(a, b)),
    broken: (a, b) => pairs.has(key(a, b)),
  }
}
