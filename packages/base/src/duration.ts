const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `60s`, `1.5m`, `24h`, `7d` in ms; null when it is no duration. */
export function readDuration(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (amount === undefined || unit === undefined) return null
  return Number(amount) * UNITS[unit as keyof typeof UNITS]
}
