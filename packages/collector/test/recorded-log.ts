import type { Log } from '@portolan/core'

/** A log that keeps its messages. */
export function recordedLog(): Log & { messages: string[] } {
  const messages: string[] = []
  const keep = (_fields: object, message: string) => void messages.push(message)
  return { messages, debug: keep, info: keep, warn: keep, error: keep }
}
