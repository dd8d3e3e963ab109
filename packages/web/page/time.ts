import { offsetAt } from './zone.ts'

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h')
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

/** The time of day in the zone that is shown, as fine as is asked for. */
export function timeOfDay(at: number, precision: 'minutes' | 'seconds' | 'milliseconds' = 'seconds'): string {
  const date = inZone(at)
  const parts = [two(date.getUTCHours()), two(date.getUTCMinutes()), two(date.getUTCSeconds())]
  if (precision === 'minutes') return parts.slice(0, 2).join(':')
  const clock = parts.join(':')
  return precision === 'seconds' ? clock : `${clock}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`
}

/** `25 Nov` in the zone that is shown. */
export function day(at: number): string {
  const date = inZone(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** With the day where it is not the day of `now`. */
export function moment(at: number, now: number, precision?: 'seconds' | 'milliseconds'): string {
  const clock = timeOfDay(at, precision)
  return day(at) === day(now) ? clock : `${day(at)}, ${clock}`
}

/** Its UTC fields are those of the zone that is shown. */
function inZone(at: number): Date {
  return new Date(at + offsetAt(at))
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function two(number: number): string {
  return String(number).padStart(2, '0')
}
