import { numberText } from './numbers.ts'
import { showsUtc } from './zone.ts'

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${numberText(seconds, 1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h')
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

type Precision = 'minutes' | 'seconds' | 'hundredths' | 'milliseconds'

const FINER: Record<Precision, Intl.DateTimeFormatOptions> = {
  minutes: {},
  seconds: { second: '2-digit' },
  hundredths: { second: '2-digit', fractionalSecondDigits: 2 },
  milliseconds: { second: '2-digit', fractionalSecondDigits: 3 },
}

const written = new Map<string, Intl.DateTimeFormat>()

/** In the browser's language and in the zone that is shown. */
function write(at: number, form: Precision | 'day'): string {
  const zone = showsUtc() ? { timeZone: 'UTC' } : {}
  const key = `${form} ${showsUtc()}`
  const format =
    written.get(key) ??
    new Intl.DateTimeFormat(
      undefined,
      form === 'day'
        ? { day: 'numeric', month: 'short', ...zone }
        : { hour: '2-digit', minute: '2-digit', ...FINER[form], ...zone },
    )
  written.set(key, format)
  return format.format(at)
}

/** The time of day, as fine as is asked for: `14:36:35`, `02:36:35 PM`. */
export function timeOfDay(at: number, precision: Precision = 'seconds'): string {
  return write(at, precision)
}

/** `25 Nov`, `Nov 25`. */
export function day(at: number): string {
  return write(at, 'day')
}

/** With the day where it is not the day of `now`. */
export function moment(at: number, now: number, precision?: 'seconds' | 'milliseconds'): string {
  const clock = timeOfDay(at, precision)
  return day(at) === day(now) ? clock : `${day(at)}, ${clock}`
}
