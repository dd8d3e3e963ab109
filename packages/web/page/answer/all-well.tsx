import { now } from '../clock.ts'
import type { Bars } from '../now/use-bars.ts'
import type { PortRow } from '../now/port-rows.ts'
import { numberText } from '../numbers.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { duration, moment } from '../time.ts'
import { summarize } from '../words.ts'
import { machineWord } from './machine-word.ts'

/** At one glance: nothing is wrong, what that was checked on, and for how long it has been watched. */
export function AllWell({ rows, bars }: { rows: readonly PortRow[]; bars: Bars | null }) {
  const ports = rows.flatMap(({ port }) => port ?? [])
  const routes = rows.length - ports.length
  const { state, text } = summarize(ports)
  const risky = rows.filter(({ risk }) => risk > 0)
  const vantages = new Set(
    ports.flatMap((port) => port.vantages.filter((one) => one.decides).map((one) => one.vantage)),
  )
  const answers = ports.reduce((sum, { answered }) => sum + answered, 0)
  return (
    <section class={`card answer is-all is-${state}`} aria-label="All ports">
      <h1>
        <Mark state={state} label="" /> {text}
      </h1>
      <p class="story">
        {routes === 0 ? '' : `So do the ${routes === 1 ? 'route' : `${routes} routes`} behind. `}
        {numberText(answers)} answers since {watchedSince(bars)}, from {vantages.size} vantage{' '}
        {vantages.size === 1 ? 'point' : 'points'} of {machineWord()}.
      </p>
      {risky.length === 0 ? null : (
        <p class="story is-risk">
          <b>At risk:</b>{' '}
          {risky.slice(0, MOST).map((row, index) => (
            <span key={row.key}>
              {index === 0 ? '' : ', '}
              <Link to={{ view: 'now', port: row.key }}>{row.within + row.name}</Link> {Math.round(row.risk * 100)} %
            </span>
          ))}
          {risky.length > MOST ? ` and ${risky.length - MOST} more` : ''} (chance that the next reschedule takes the
          port down). <Link to={{ view: 'whatif', drain: null }}>What if a node is drained?</Link>
        </p>
      )}
    </section>
  )
}

const MOST = 5

function watchedSince(bars: Bars | null): string {
  if (bars === null) return 'watching began'
  const since = bars.since ?? bars.window.from
  return `${bars.since === null ? 'before ' : ''}${moment(since, now())} (${duration(now() - since)})`
}
