import type { WhyDocument } from '@portolan/wire'

/** Who made the observations. */
export type Source = WhyDocument['source']['kind']

const SOURCES: Record<Source, string> = {
  watch: 'the running portolan watch',
  demo: 'the running demo, a practice cluster in which nothing is real',
  page: 'the Portolan at the page that was named',
  store: 'a watch that does not run now',
  own: 'a short watch of its own',
}

export function sourceText(source: Source): string {
  return SOURCES[source]
}
