/** A string that is shown is at most so long. */
const MOST = 4000

/** C0, DEL and C1 without what breaks a line, and the controls that turn the direction of text around. */
const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const BREAK = /[\t-\r\u0085\u2028\u2029]+/g

/**
 * A string out of a cluster, an engine, a peer or a file, fit to be shown in one line: line breaks and tabs become one
 * space, other control characters U+FFFD, and what is longer than 4,000 characters ends with an ellipsis.
 */
export function printable(text: string): string {
  return shorten(text).replaceAll(BREAK, ' ').replaceAll(CONTROL, '\uFFFD').toWellFormed()
}

/** What is longer than 4,000 characters ends with an ellipsis. */
export function shorten(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text
}

/** Text that has lines of its own, each fit to be shown. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n')
}

/** Data whose every string is fit to be shown in one line. */
export function printableAll<Value>(value: Value): Value {
  return mapStrings(value, printable)
}

/** Data with other strings, as deep as it goes. @param map is given the key of the string, or of the list that it is in */
export function mapStrings<Value>(value: Value, map: (text: string, key: string) => string): Value {
  return mapped(value, map, '') as Value
}

function mapped(value: unknown, map: (text: string, key: string) => string, key: string): unknown {
  if (typeof value === 'string') return map(value, key)
  if (Array.isArray(value)) return value.map((one) => mapped(one, map, key))
  if (typeof value !== 'object' || value === null) return value
  // Four times as fast as by way of entries, and a frame maps thousands of strings a second.
  const copy: Record<string, unknown> = { ...value }
  for (const name of Object.keys(copy)) copy[name] = mapped(copy[name], map, name)
  return copy
}

/**
 * JSON text that a terminal shows as it is: the control characters that JSON leaves alone become escapes, so a parser
 * reads the same data.
 */
export function escapeInJson(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
