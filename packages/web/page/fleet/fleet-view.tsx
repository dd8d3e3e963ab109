import { causeName } from '@portolan/core'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { ClusterOfFleet, FleetDocument } from '../documents.ts'
import { go } from '../navigation.ts'
import { Bar, BarTip, type Pointed, stretchText } from '../now/bar.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import type { FleetChoice } from '../route.ts'
import { duration, moment } from '../time.ts'
import { portName } from '../words.ts'
import { FleetFilters } from './filters.tsx'
import { BARS, CLUSTER_WORDS, doubtText, isOfKind, KINDS, MARKS, portsText } from './rows.ts'

const MOST = 250

/** Every cluster as a line, those with trouble first. @param fleet null: not known yet */
export function FleetView({ fleet, choice }: { fleet: FleetDocument | null; choice: FleetChoice }) {
  const [limit, setLimit] = useState(MOST)
  const [said, setSaid] = useState<Pointed | null>(null)
  if (fleet === null) return <section class="fleet" aria-busy="true" />
  if (fleet.total === 0) return <NoClusters />
  const choose = (next: FleetChoice) => go({ view: 'fleet', choice: next }, 'replace')
  const rows = fleet.clusters.filter((row) => isOfKind(row, choice.state))
  const hours = (Date.parse(fleet.to) - Date.parse(fleet.from)) / 3_600_000
  return (
    <div class="fleet">
      <Shared fleet={fleet} choice={choice} />
      <section class="card" aria-label="Clusters">
        <div class="card-head">
          <h1>Fleet: {fleet.total === 1 ? '1 cluster' : `${fleet.total} clusters`}</h1>
          <div class="filters" role="group" aria-label="State">
            {KINDS.map(({ state, name, holds }) => {
              const count = fleet.clusters.filter(holds).length
              if (state !== 'all' && count === 0 && choice.state !== state) return null
              return (
                <button
                  key={state}
                  type="button"
                  aria-pressed={choice.state === state}
                  onClick={() => choose({ ...choice, state })}
                >
                  {name} {count}
                </button>
              )
            })}
          </div>
          <FleetFilters choice={choice} labels={fleet.labels} what="cluster, label, port, cause" onChoice={choose} />
          <p class="aside" role="status">
            {rows.length === fleet.total ? '' : `${rows.length} of ${fleet.total}; `}
            {hours} h, {duration(fleet.barSeconds * 1000)} a bar
          </p>
        </div>
        <table class="fleet-table">
          <thead>
            <tr>
              <th scope="col">Cluster</th>
              <th scope="col">Last {hours} hours</th>
              <th scope="col" class="number">
                Ports that answer
              </th>
              <th scope="col">Worst now</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row) => (
              <Line key={row.cluster} row={row} fleet={fleet} onPoint={setSaid} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? <p class="aside">No cluster matches.</p> : null}
        {rows.length > limit ? (
          <button type="button" onClick={() => setLimit(limit + MOST)}>
            Show more: {rows.length - limit} are left
          </button>
        ) : null}
        <BarTip said={said} />
      </section>
    </div>
  )
}

function Line(props: { row: ClusterOfFleet; fleet: FleetDocument; onPoint(said: Pointed | null): void }) {
  const { row, fleet, onPoint } = props
  const { cluster, state, labels, bars } = row
  const barMs = fleet.barSeconds * 1000
  const slices = bars.map((bar, index) => ({
    state: BARS[bar].state,
    darkShare: 1,
    text: `${stretchText(Date.parse(fleet.from) + index * barMs, barMs)}: ${BARS[bar].text}`,
  }))
  const dark = bars.filter((bar) => bar === 'dark').length
  const known = bars.filter((bar) => bar !== 'unknown').length
  return (
    <tr class={`is-${MARKS[state]}`}>
      <th scope="row" title={cluster}>
        <Link to={{ view: 'now', port: null }} within={cluster}>
          <Mark state={MARKS[state]} label={CLUSTER_WORDS[state]} />
          <b>{cluster}</b>
        </Link>
        <small>
          {Object.entries(labels)
            .map(([name, value]) => `${name}: ${value}`)
            .join(', ')}
        </small>
      </th>
      <td class="history">
        <Bar
          slices={slices}
          say={({ text }) => text}
          label={known === 0 ? 'nothing was reported' : `a port was dark in ${dark} of ${known} quarters of an hour`}
          onPoint={onPoint}
        />
      </td>
      <td class="number">{portsText(row)}</td>
      <td class="worst">
        <Worst row={row} />
      </td>
    </tr>
  )
}

/** What somebody should look at first in a cluster. */
function Worst({ row }: { row: ClusterOfFleet }) {
  const { cluster, state, worst, open, heardAt, atRisk } = row
  const quiet = state === 'quiet' ? `no report for ${duration(now() - Date.parse(heardAt))}` : null
  if (worst === null) {
    if (quiet !== null) return <span>{quiet}</span>
    if (state === 'unsure') return <span class="is-risk">{doubtText(row)}</span>
    return atRisk === 0 ? null : <span class="is-risk">{atRisk === 1 ? '1 port' : `${atRisk} ports`} at risk</span>
  }
  const port = { view: 'now', port: `${cluster}/${worst.target}` } as const
  return (
    <span title={worst.summary}>
      {quiet === null ? null : `${quiet}, and then: `}
      <Link to={port} within={cluster}>
        {portName(worst.target)}
      </Link>{' '}
      {state === 'unsure' ? <b class="is-flapping">flapping</b> : <b class="is-down">dark</b>} for{' '}
      {duration(now() - Date.parse(worst.openedAt))}: {causeName(worst.cause)}
      {open > 1 ? `, and ${open - 1} more` : ''}
    </span>
  )
}

/** One cause in several clusters is often one change that reached all of them. */
function Shared({ fleet: { shared }, choice }: { fleet: FleetDocument; choice: FleetChoice }) {
  if (shared.length === 0) return null
  return (
    <section class="card shared" aria-label="Same cause in several clusters">
      <h2>Same cause in several clusters</h2>
      <ul>
        {shared.map(({ cause, clusters, since }) => (
          <li key={cause}>
            <Link to={{ view: 'causes', cause }}>{causeName(cause)}</Link> <code>{cause}</code> in{' '}
            <b>{clusters.length} clusters</b> since {moment(Date.parse(since), now())}:{' '}
            {clusters.slice(0, MOST_NAMED).join(', ')}
            {clusters.length > MOST_NAMED ? ` and ${clusters.length - MOST_NAMED} more` : ''}.{' '}
            <Link to={{ view: 'fleet', choice: { ...choice, text: cause } }}>Show them</Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

const MOST_NAMED = 4

function NoClusters() {
  return (
    <section class="empty">
      <h1>No cluster reports to this hub yet</h1>
      <p>
        Make a token with <code>portolan hub --tokens FILE --add-token NAME</code>, then start{' '}
        <code>portolan watch --hub URL --hub-token-file FILE</code> beside the cluster. It appears here by itself.
      </p>
    </section>
  )
}
