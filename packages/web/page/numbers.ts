const WRITTEN = [0, 1].map(
  (digits) => new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
)

/** As the browser's language writes numbers, with no fraction or with one digit of it. */
export function numberText(value: number, digits: 0 | 1 = 0): string {
  return WRITTEN[digits]?.format(value) ?? ''
}

/** `4.0 ms`, `27 ms`: fine enough for a bridge on one machine. */
export function millisecondsText(ms: number): string {
  return `${numberText(ms, ms < 9.95 ? 1 : 0)} ms`
}
