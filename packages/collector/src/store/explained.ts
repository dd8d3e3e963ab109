import type { StoreReader } from './store.ts'

/** The same store; what its database refuses is said as what to do about it. */
export function explained<S extends StoreReader>(store: S, explain: (error: unknown) => unknown): S {
  const methods = Object.entries(store).map(([name, method]: [string, (...given: unknown[]) => unknown]) => {
    if (name === 'close') return [name, method]
    const asked = async (...given: unknown[]) => {
      try {
        return await method(...given)
      } catch (error) {
        throw explain(error)
      }
    }
    return [name, asked]
  })
  return Object.fromEntries(methods) as S
}
