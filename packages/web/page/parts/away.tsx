import { isHub } from '../clock.ts'
import { timeOfDay } from '../time.ts'

/** Says that the server of the page does not answer. @param since null while it does */
export function Away({ since }: { since: number | null }) {
  if (since === null) return null
  const who = isHub() ? 'the hub' : 'the collector'
  return (
    <p class="away">
      This is how it was at {timeOfDay(since)}: since then {who} has not answered. The page asks it again every 2 s. Is{' '}
      <code>{isHub() ? 'portolan hub' : 'portolan watch'}</code> still running?
    </p>
  )
}
