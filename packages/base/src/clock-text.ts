/** Local time of day, `12:35:07`, of ms since the epoch. */
export function clockText(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}
