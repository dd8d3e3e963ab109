import type { Counter } from 'prom-client'

/** Whether an Accept header would rather have OpenMetrics. There is one version of it, so parameters but q do not matter. */
export function prefersOpenMetrics(accept: string): boolean {
  const wanted = weight(accept, 'application/openmetrics-text')
  return wanted > 0 && wanted >= weight(accept, 'text/plain')
}

function weight(accept: string, type: string): number {
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()))
  const weights = ranges
    .filter(([name]) => name === type)
    .map((parts) => Number(parts.find((part) => part.startsWith('q='))?.slice(2) ?? 1))
  return Math.max(0, ...weights)
}

/**
 * The same counter under the name that OpenMetrics gives to its family. prom-client would rename the counter itself,
 * in the text format as well.
 */
export function withoutTotal<L extends string>(counter: Counter<L>, name: string): Counter<L> {
  return Object.create(counter, { name: { value: name.replace(/_total$/, ''), writable: true } }) as Counter<L>
}

/** OpenMetrics wants the bounds of buckets as floats: 1.0, not 1. A quote inside of a label's value is escaped. */
export function withFloatBounds(body: string): string {
  return body.replaceAll(/(?<=[{,]le=")\d+(?=")/g, '$&.0')
}

/** OpenMetrics limits names and values of an exemplar's labels to 128 characters together. */
export function fits(exemplar: Record<string, string>): boolean {
  return Object.entries(exemplar).flat().join('').length <= 128
}
