import type { Log } from '@portolan/core'

/** Remembers what was said, and says nothing. */
export function createSilentLog(): Log & { said: string[] } {
  const said: string[] = []
  const say = (_fields: object, message: string) => void said.push(message)
  return { said, debug: say, info: say, warn: say, error: say }
}
