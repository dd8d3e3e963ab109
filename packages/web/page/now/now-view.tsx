import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { AllWell } from '../answer/all-well.tsx'
import { AnswerView } from '../answer/answer-view.tsx'
import type { Live } from '../live.ts'
import { go } from '../navigation.ts'
import { Link } from '../parts/link.tsx'
import { isSeveral } from '../words.ts'
import { ChartView } from './chart-view.tsx'
import { Latest } from './latest.tsx'
import { NothingWatched } from './nothing-watched.tsx'
import { pickRow } from './pick-row.ts'
import { isTrouble, type PortRow, rowsOf } from './port-rows.ts'
import { PortTable } from './port-table.tsx'
import { useBars } from './use-bars.ts'

/** More than that and the map is not read at one glance. */
const MOST_ON_MAP = 12

/** The answer, then every port, then the map, then what was. */
export function NowView({ live, port }: { live: Live; port: string | null }) {
  const last = useRef<string | null>(null)
  const [left, setLeft] = useState(0)
  const bars = useBars()
  const rows = useMemo(() => rowsOf(live.targets ?? []), [live.targets])
  const picked = pickRow(rows, port, last.current)
  useEffect(() => {
    // Who asks for a port leaves it by himself.
    last.current = port === null ? (picked?.key ?? null) : null
  })
  if (live.targets === null) return <div class="now" aria-busy="true" />
  if (rows.length === 0) return <NothingWatched />
  const { targets } = live
  const target = picked?.port ?? null
  const latest = <Latest news={live.news} several={isSeveral(targets)} />
  return (
    <div class="now">
      <div class="lead">
        {picked === null ? (
          <>
            <AllWell rows={rows} bars={bars} />
            {latest}
          </>
        ) : (
          <AnswerView row={picked} news={live.news} key={picked.key}>
            <Others
              rows={rows}
              picked={picked}
              onLeave={() => {
                last.current = null
                if (port === null) setLeft(left + 1)
                else go({ view: 'now', port: null })
              }}
            />
          </AnswerView>
        )}
      </div>
      <PortTable rows={rows} bars={bars} picked={picked?.key ?? null} />
      <details class="card map" open={targets.length <= MOST_ON_MAP}>
        <summary>
          <h2>Map</h2>
        </summary>
        <ChartView
          targets={targets}
          paths={live.paths}
          picked={target}
          onPick={({ cluster, id }) => go({ view: 'now', port: `${cluster}/${id}` }, 'replace')}
        />
      </details>
      {picked === null ? null : latest}
    </div>
  )
}

/** What else is wrong, and the way back to it from a port that was asked for. */
function Others({ rows, picked, onLeave }: { rows: readonly PortRow[]; picked: PortRow; onLeave(): void }) {
  const ill = rows.filter((row) => isTrouble(row) && !row.isBehindDark)
  const dark = ill.filter(({ state }) => state === 'down').length
  const others = ill.filter((row) => row !== picked && (dark < 2 || row.state === 'down'))
  if (!isTrouble(picked)) {
    return (
      <p class="others">
        <button type="button" class="plain" onClick={onLeave}>
          {ill.length === 0 ? 'Back to all ports' : `Back to what is wrong: ${ill.length}`}
        </button>
      </p>
    )
  }
  if (others.length === 0)
    return <p class="others">{rows.length > 1 ? `The only one of ${rows.length} that is not well` : ''}</p>
  const same = others.filter(({ cause }) => cause !== null && cause === picked.cause).length
  return (
    <p class="others">
      {dark > 1 ? `${dark} of ${rows.filter((row) => !row.isBehindDark).length} are dark` : ''}
      {dark > 1 && same > 0 ? `, ${same + 1 === dark ? 'all' : `${same + 1} of them`} for this cause` : ''}
      {dark > 1 ? '. Next: ' : 'Also not well: '}
      {others.slice(0, MOST_OTHERS).map((row, index) => (
        <span key={row.key}>
          {index === 0 ? '' : ', '}
          <Link to={{ view: 'now', port: row.key }}>{row.within + row.name}</Link>
        </span>
      ))}
      {others.length > MOST_OTHERS ? ` and ${others.length - MOST_OTHERS} more` : ''}
    </p>
  )
}

const MOST_OTHERS = 6
