/**
 * Whether an HTTP status counts as ok by `200`, `2xx`, `200-399`, joined by commas. Without ranges every status below
 * 500 does: a 404 comes from a service that is reachable.
 */
export function statusIsExpected(status: number, ranges: string | undefined): boolean {
  if (ranges === undefined) return status < 500
  return ranges.split(',').some((range) => {
    const [from = '', to = from] = range.trim().split('-')
    return status >= bound(from, '0') && status <= bound(to, '9')
  })
}

function bound(text: string, digit: string): number {
  return Number(text.trim().replace(/x/gi, digit))
}
