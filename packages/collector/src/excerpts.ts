import type { Fact, Outcome } from '@portolan/core'

/** Characters of an unexpected answer. */
const MOST_KEPT = 200

/**
 * The fact with no more of an answer than may be kept, whoever reports it: nothing of a server that fails, which may show
 * its settings and stack; of others the first printable characters, or nothing where that is asked for.
 */
export function withExcerptWithin(fact: Fact, keepsExcerpts: boolean): Fact {
  const { observed } = fact
  if (observed.kind !== 'outcome' || observed.outcome.excerpt === undefined) return fact
  const { excerpt, ...rest } = observed.outcome
  const isKept = keepsExcerpts && !isOfFailingServer(observed.outcome)
  const outcome = isKept ? { ...rest, excerpt: excerpt.replace(/[^\x20-\x7e]/g, '.').slice(0, MOST_KEPT) } : rest
  return { ...fact, observed: { kind: 'outcome', outcome } }
}

/** An answer that broke off has no status of its own. */
function isOfFailingServer({ status = 0, excerpt = '' }: Outcome): boolean {
  return status >= 500 || /^HTTP\/1\.\d 5/.test(excerpt)
}
