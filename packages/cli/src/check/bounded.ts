import { mapStrings } from '@portolan/core'
import type { CheckDocument, CheckRemedy } from '@portolan/wire'

/** Longer than any name that Kubernetes takes, and than what a person reads as one. */
const MOST_OF_NAME = 1000
const MOST_OF_SENTENCE = 4000
const SENTENCES = new Set(['text', 'summary', 'message', 'assumption', 'cost'])
/** They are of no use when they are cut. */
const WHOLE = new Set(['diff', 'command'])
const MOST_OF_WHOLE = 100_000

/** Each string of the result has an end, whatever stands in the files that were checked. */
export function bounded(document: CheckDocument): CheckDocument {
  const { ports, warnings } = document
  return mapStrings({ ...document, ports: ports.map(withUsableFixes), warnings: warnings.map(withUsableFixes) }, cut)
}

function cut(text: string, key: string): string {
  const most = SENTENCES.has(key) ? MOST_OF_SENTENCE : MOST_OF_NAME
  return text.length <= most || WHOLE.has(key) ? text : `${text.slice(0, most - 1)}…`
}

/** A fix without an end is said in words alone. */
function withUsableFixes<Found extends { remedies: CheckRemedy[] }>(found: Found): Found {
  const isUsable = (text: string | undefined) => text !== undefined && text.length <= MOST_OF_WHOLE
  const remedies = found.remedies.map(({ diff, command, ...said }) => ({
    ...said,
    ...(isUsable(diff) ? { diff } : {}),
    ...(isUsable(command) ? { command } : {}),
  }))
  return { ...found, remedies: remedies as CheckRemedy[] }
}
