import { mapStrings } from '@portolan/core'
import type { CheckDocument } from '@portolan/wire'

/** Longer than any name that Kubernetes takes, and than what a person reads as one. */
const MOST_OF_NAME = 1000
const MOST_OF_SENTENCE = 4000
const SENTENCES = new Set(['text', 'summary', 'message', 'assumption', 'cost'])
/** Of no use when they are cut. */
const WHOLE = new Set(['diff', 'command'])

/** Whatever stands in the files that were checked, each string of the result has an end. */
export function bounded(document: CheckDocument): CheckDocument {
  return mapStrings(document, (text, key) => {
    const most = SENTENCES.has(key) ? MOST_OF_SENTENCE : MOST_OF_NAME
    return text.length <= most || WHOLE.has(key) ? text : `${text.slice(0, most - 1)}…`
  })
}
