/** p50, p99 and the worst of them, as text. */
export function quantilesOf(values: readonly number[], unit = 'ms'): string {
  const [p50, p99, worst] = [0.5, 0.99, 1].map((q) => quantile(values, q).toFixed(1))
  return `p50 ${p50} ${unit}, p99 ${p99} ${unit}, worst ${worst} ${unit}`
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}
