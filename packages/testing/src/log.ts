/** A log that keeps its messages. */
export function createRecordedLog() {
  const messages: string[] = []
  const keep = (_fields: object, message: string) => void messages.push(message)
  return { messages, debug: keep, info: keep, warn: keep, error: keep }
}

/** A log that keeps nothing. */
export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }
