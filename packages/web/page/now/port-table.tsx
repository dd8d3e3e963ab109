import { useMemo, useState } from 'preact/hooks'
import { now } from '../clock.ts'
import { millisecondsText } from '../numbers.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { causeName } from '@portolan/core'
import { duration } from '../time.ts'
import { nodeName } from '../words.ts'
import { Bar, BarTip, type Pointed, sliceText } from './bar.tsx'
import { Filters } from './filters.tsx'
import { type Choice, EVERYTHING, isChosen, type PortRow } from './port-rows.ts'
import { answeredShare, shareText, slicesOf } from './slices.ts'
import type { Bars } from './use-bars.ts'

const MOST = 250

/** Every port and route as a line, the worst first. */
export function PortTable({
  rows,
  bars,
  picked,
}: {
  rows: readonly PortRow[]
  bars: Bars | null
  picked: string | null
}) {
  const [choice, setChoice] = useState<Choice>(EVERYTHING)
  const [limit, setLimit] = useState(MOST)
  const [said, setSaid] = useState<Pointed | null>(null)
  const chosen = rows.filter((row) => isChosen(row, choice))
  return (
    <section class="card ports-card" aria-label="Ports">
      <div class="card-head">
        <h2>Ports{rows.some(({ port }) => port === null) ? ' and routes' : ''}</h2>
        <SearchField text={choice.text} onText={(text) => setChoice({ ...choice, text })} what="port, Service, node" />
        <Filters rows={rows} choice={choice} onChoice={setChoice} />
        <p class="aside" role="status">
          {chosen.length === rows.length ? `${rows.length}` : `${chosen.length} of ${rows.length}`}
          {bars === null
            ? ''
            : `; the last ${duration(bars.window.to - bars.window.from)}, ${sliceName(bars.window.sliceMs)} a bar`}
        </p>
      </div>
      <table class={`port-table${rows.some(({ within }) => within !== '') ? ' is-several' : ''}`}>
        <thead>
          <tr>
            <th scope="col">Port</th>
            <th scope="col">Service</th>
            <th scope="col">Node</th>
            <th scope="col">History</th>
            <th scope="col" class="number">
              Answered
            </th>
            <th scope="col" class="number">
              Median
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {chosen.slice(0, limit).map((row) => (
            <Line key={row.key} row={row} bars={bars} picked={row.key === picked} onPoint={setSaid} />
          ))}
        </tbody>
      </table>
      {chosen.length === 0 ? <p class="aside">No port or route matches.</p> : null}
      {chosen.length > limit ? (
        <button type="button" onClick={() => setLimit(limit + MOST)}>
          Show more: {chosen.length - limit} are left
        </button>
      ) : null}
      <BarTip said={said} />
    </section>
  )
}

function Line(props: { row: PortRow; bars: Bars | null; picked: boolean; onPoint(said: Pointed | null): void }) {
  const { row, bars, picked, onPoint } = props
  const { key, cluster, within, name, service, state, node, podNodes, medianMs, port } = row
  const reach = bars?.reach.get(key)
  const { slices, share } = useMemo(() => {
    if (bars === null) return { slices: null, share: null }
    return { slices: slicesOf(reach ?? [], bars.window), share: answeredShare(reach ?? [], bars.window) }
  }, [reach, bars?.window])
  const answered = share === null ? '-' : shareText(share)
  const pods = podNodes.map((one) => nodeName(one, cluster)).join(', ')
  const mapped = nodeName(node, cluster)
  const { place, number } = partsOf(name)
  return (
    <tr class={`is-${state}${picked ? ' is-picked' : ''}${port === null ? ' is-route' : ''}`}>
      <th scope="row" title={within + name}>
        <Link to={{ view: 'now', port: key }} {...(picked ? { 'aria-current': 'true' } : {})}>
          <Mark state={state} label={row.word} />
          {within === '' ? null : <small>{within}</small>}
          {place === '' ? null : <span>{place}</span>}
          <b>{number}</b>
        </Link>
      </th>
      <td class="cut" title={service}>
        {service}
      </td>
      <td class="cut" title={port === null ? '' : `mapped to ${node}, pods on ${podNodes.join(', ') || 'no node'}`}>
        {port === null ? '' : pods === '' || pods === mapped ? mapped : `${mapped} → ${pods}`}
      </td>
      <td class="history">
        {slices === null ? null : (
          <Bar
            slices={slices}
            say={(slice) => sliceText(slice, bars?.window.sliceMs ?? 0)}
            label={share === null ? 'not watched' : `answered ${answered} of the time`}
            onPoint={onPoint}
          />
        )}
      </td>
      <td class="number">{answered}</td>
      <td class="number">{medianMs === null ? '-' : millisecondsText(medianMs)}</td>
      <td class="cut">{remarkOf(row)}</td>
    </tr>
  )
}

/** A name may be cut where room is short, the number of its port never. */
function partsOf(name: string): { place: string; number: string } {
  const [, place = '', number = name] = /^(.+:)(\d+(?:\/udp)?)$/.exec(name) ?? []
  return { place, number }
}

/** The state in words, and why. */
function remarkOf({ state, word, since, silenced, risk, cause, remark }: PortRow) {
  if (state === 'up' && risk > 0) return <b class="is-risk">at risk: {Math.round(risk * 100)} %</b>
  if (state === 'up') return <span title={remark ?? ''}>{remark ?? ''}</span>
  const why = cause === null ? (state === 'down' ? '' : (remark ?? '')) : causeName(cause)
  return (
    <span title={why}>
      <b class={`is-${state}`}>{word}</b> {state === 'by_design' ? '' : duration(now() - since)}
      {silenced ? ', silenced' : ''}
      {why === '' ? '' : `: ${why}`}
    </span>
  )
}

function sliceName(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : duration(ms)
}
