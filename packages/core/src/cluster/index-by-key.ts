/** Finds values by any of the keys that they have at the moment, in the order in which they came. */
export interface KeyIndex<T> {
  set(id: string, value: T, keys: readonly string[]): void
  delete(id: string): void
  of(key: string): Iterable<T>
}

export function createKeyIndex<T>(): KeyIndex<T> {
  const byKey = new Map<string, Map<string, T>>()
  const keysById = new Map<string, readonly string[]>()

  function remove(id: string, keys: readonly string[]): void {
    for (const key of keys) {
      const held = byKey.get(key)
      held?.delete(id)
      if (held?.size === 0) byKey.delete(key)
    }
  }

  return {
    set(id, value, keys) {
      const before = keysById.get(id) ?? []
      const isSame = before.length === keys.length && before.every((key, place) => key === keys[place])
      if (!isSame) remove(id, before)
      keysById.set(id, keys)
      for (const key of keys) {
        const held = byKey.get(key)
        if (held === undefined) byKey.set(key, new Map([[id, value]]))
        else held.set(id, value)
      }
    },
    delete(id) {
      remove(id, keysById.get(id) ?? [])
      keysById.delete(id)
    },
    of: (key) => byKey.get(key)?.values() ?? [],
  }
}
