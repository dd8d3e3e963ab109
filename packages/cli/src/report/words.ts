/** Reports travel: their times are UTC, and say so once. `2026-11-25 12:35:07`. */
export function utcDate(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** `12:35:07.123`, with the day where it is not that of `day`. */
export function utcTime(at: number, day: number): string {
  const [date, time] = new Date(at).toISOString().slice(0, 23).split('T')
  return date === new Date(day).toISOString().slice(0, 10) ? `${time}` : `${date} ${time}`
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 100_000 ? 2 : 0)} s`
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
