import { useEffect, useState } from 'preact/hooks'
import { CausesView } from '../causes/causes-view.tsx'
import type { FleetDocument } from '../documents.ts'
import { follow, type Heard, NOTHING_HEARD } from '../live.ts'
import { Away } from '../parts/away.tsx'
import { Header, type ViewLink } from '../parts/header.tsx'
import { Link } from '../parts/link.tsx'
import { useSteadyAnswer } from '../parts/use-steady-answer.ts'
import { queryOf, type Route, WHOLE_FLEET, writeChoice } from '../route.ts'
import { timeOfDay } from '../time.ts'
import { FleetIncidents } from './fleet-incidents.tsx'
import { FleetView } from './fleet-view.tsx'
import { summarizeFleet } from './rows.ts'

const HOURS = 12

/** All clusters of a hub. */
export function FleetPage({ route }: { route: Route }) {
  const [live, setLive] = useState<Heard>(NOTHING_HEARD)
  useEffect(() => follow({}, async () => ({}), setLive), [])
  const choice = 'choice' in route ? route.choice : WHOLE_FLEET
  const { value, last } = useSteadyAnswer<FleetDocument>(fleetPath(choice), live.news)
  const fleet = value ?? last
  const links: ViewLink[] = [
    { to: { view: 'fleet', choice }, name: 'Fleet', views: ['fleet', 'now'] },
    {
      to: { view: 'fleetIncidents', choice: { ...choice, state: 'all' } },
      name: 'Incidents',
      views: ['fleetIncidents', 'incidents'],
    },
  ]
  const { state, text } = summarizeFleet(fleet)
  const { awaySince, fault, news } = live
  return (
    <>
      <Header
        home={{ view: 'fleet', choice: WHOLE_FLEET }}
        links={links}
        view={route.view}
        state={awaySince === null ? state : 'gap'}
        said={awaySince === null ? text : `The hub has been away since ${timeOfDay(awaySince)}`}
        title={awaySince === null ? text : 'Away'}
        fault={awaySince === null ? fault : null}
        tools={null}
      />
      <main class={awaySince === null ? '' : 'is-away'}>
        <Away since={awaySince} />
        {route.view === 'fleet' || route.view === 'now' ? (
          <FleetView fleet={fleet} choice={choice} />
        ) : route.view === 'fleetIncidents' || route.view === 'incidents' ? (
          <FleetIncidents labels={fleet?.labels ?? {}} choice={choice} news={news} />
        ) : route.view === 'causes' ? (
          <CausesView cause={route.cause} />
        ) : (
          <ChooseCluster />
        )}
      </main>
    </>
  )
}

function fleetPath({ text, labels }: typeof WHOLE_FLEET): string {
  return `/fleet${queryOf({ hours: String(HOURS), ...writeChoice({ text, labels, state: 'all' }) })}`
}

function ChooseCluster() {
  return (
    <section class="empty">
      <h1>Which cluster?</h1>
      <p>This view shows one cluster of the fleet. Choose it first.</p>
      <Link to={{ view: 'fleet', choice: WHOLE_FLEET }}>All clusters</Link>
    </section>
  )
}
