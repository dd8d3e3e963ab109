import { toggleUtc } from '../zone.ts'
import { useUtc } from './use-utc.ts'

export function ZoneButton() {
  const isUtc = useUtc()
  return (
    <button
      type="button"
      class="plain"
      aria-pressed={isUtc}
      title={isUtc ? 'Times are in UTC: show them in the time zone of the browser (u)' : 'Show times in UTC (u)'}
      onClick={() => toggleUtc()}
    >
      UTC
    </button>
  )
}
