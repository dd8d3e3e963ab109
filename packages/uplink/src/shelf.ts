/** Where a spool keeps its texts, by names that sort in their order. */
export interface Shelf {
  /** @throws when there is no room */
  write(name: string, text: string): void
  /** null where there is none. @throws when it cannot be read */
  read(name: string): string | null
  remove(name: string): void
  /** Sorted. */
  names(): string[]
}

export function createMemoryShelf(): Shelf {
  const texts = new Map<string, string>()
  return {
    write: (name, text) => void texts.set(name, text),
    read: (name) => texts.get(name) ?? null,
    remove: (name) => void texts.delete(name),
    names: () => [...texts.keys()].sort(),
  }
}
