import { useEffect, useState } from 'preact/hooks'
import { CausesView } from './causes/causes-view.tsx'
import { isHub, now } from './clock.ts'
import { IncidentView } from './incident/incident-view.tsx'
import { IncidentsView } from './incident/incidents-view.tsx'
import { follow, type Live, NO_PORTS, NOTHING_HEARD, readPorts } from './live.ts'
import { MeshView } from './mesh/mesh-view.tsx'
import { MissingView } from './missing-view.tsx'
import { NowView } from './now/now-view.tsx'
import { Away } from './parts/away.tsx'
import { ClusterHeader } from './parts/cluster-header.tsx'
import { Link } from './parts/link.tsx'
import { type Route, WHOLE_FLEET } from './route.ts'
import { duration, moment } from './time.ts'
import { TimelineView } from './timeline/timeline-view.tsx'
import { WhatIfView } from './what-if/what-if-view.tsx'

/** All that one collector watches. @param cluster at a hub, the cluster that is shown; else null */
export function ClusterPage({ cluster, route }: { cluster: string | null; route: Route }) {
  const [live, setLive] = useState<Live>({ ...NO_PORTS, ...NOTHING_HEARD })
  useEffect(() => follow(NO_PORTS, readPorts, setLive), [])
  const { awaySince, quietSince } = live
  return (
    <>
      <ClusterHeader live={live} view={route.view} cluster={cluster} />
      <main class={awaySince === null && quietSince === null ? '' : 'is-away'}>
        <Away since={awaySince} />
        {quietSince === null || awaySince !== null ? null : (
          <p class="away">
            This is how it was at {moment(quietSince, now())}: the hub has not heard the collector of this cluster for{' '}
            {duration(now() - quietSince)}.
          </p>
        )}
        {live.isUnknown ? (
          <UnknownCluster cluster={cluster ?? ''} />
        ) : isHub() && (route.view === 'whatif' || route.view === 'mesh') ? (
          <AtItsCollector />
        ) : (
          viewOf(route, live)
        )}
      </main>
    </>
  )
}

function viewOf(route: Route, live: Live) {
  switch (route.view) {
    case 'now':
      return <NowView live={live} port={route.port} />
    case 'timeline':
      return <TimelineView live={live} route={route} />
    case 'incidents':
      return <IncidentsView live={live} />
    case 'incident':
      return <IncidentView live={live} id={route.id} key={route.id} />
    case 'whatif':
      return <WhatIfView live={live} drain={route.drain} />
    case 'mesh':
      return <MeshView />
    case 'causes':
      return <CausesView cause={route.cause} />
    case 'missing':
      return <MissingView path={route.path} />
    case 'fleet':
    case 'fleetIncidents':
      return <MissingView path={location.pathname} />
  }
}

function UnknownCluster({ cluster }: { cluster: string }) {
  return (
    <section class="empty">
      <h1>This hub knows no such cluster</h1>
      <p>
        No collector has reported the cluster <code>{cluster}</code>.
      </p>
      <Link to={{ view: 'fleet', choice: WHOLE_FLEET }}>All clusters</Link>
    </section>
  )
}

/** What is never sent to a hub. */
function AtItsCollector() {
  return (
    <section class="empty">
      <h1>The hub does not have this</h1>
      <p>
        The objects of a cluster and what its nodes see of each other stay with its collector. Its own page shows them:{' '}
        <code>portolan watch</code> prints the address, and <code>portolan page</code> opens it in a cluster.
      </p>
    </section>
  )
}
