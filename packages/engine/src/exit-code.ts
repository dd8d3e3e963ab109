/** null where it is none: engines write it as a number or as text, of 32 bits. */
export function exitCodeOf(value: unknown): number | null {
  const code = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value
  return Number.isInteger(code) && Math.abs(code as number) < 2 ** 31 ? (code as number) : null
}
