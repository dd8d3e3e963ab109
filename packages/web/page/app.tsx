import { useEffect, useState } from 'preact/hooks'
import { CausesView } from './causes/causes-view.tsx'
import { IncidentView } from './incident/incident-view.tsx'
import { IncidentsView } from './incident/incidents-view.tsx'
import { follow, type Live } from './live.ts'
import { MeshView } from './mesh/mesh-view.tsx'
import { MissingView } from './missing-view.tsx'
import { timeOfDay } from './time.ts'
import { useRoute } from './navigation.ts'
import { NowView } from './now/now-view.tsx'
import { Header } from './parts/header.tsx'
import { TimelineView } from './timeline/timeline-view.tsx'
import { useUtc } from './parts/use-utc.ts'
import { WhatIfView } from './what-if/what-if-view.tsx'

export function App() {
  const [live, setLive] = useState<Live>({ targets: null, paths: new Map(), awaySince: null, fault: null, news: 0 })
  useEffect(() => follow(setLive), [])
  const route = useRoute()
  useUtc()
  return (
    <>
      <Header live={live} view={route.view} />
      <main class={live.awaySince === null ? '' : 'is-away'}>
        {live.awaySince === null ? null : (
          <p class="away">
            This is how it was at {timeOfDay(live.awaySince)}: since then the collector has not answered. The page asks
            it again every 2 s. Is <code>portolan watch</code> still running?
          </p>
        )}
        {route.view === 'now' ? <NowView live={live} port={route.port} /> : null}
        {route.view === 'timeline' ? <TimelineView live={live} route={route} /> : null}
        {route.view === 'incidents' ? <IncidentsView live={live} /> : null}
        {route.view === 'incident' ? <IncidentView live={live} id={route.id} key={route.id} /> : null}
        {route.view === 'whatif' ? <WhatIfView live={live} drain={route.drain} /> : null}
        {route.view === 'mesh' ? <MeshView /> : null}
        {route.view === 'causes' ? <CausesView cause={route.cause} /> : null}
        {route.view === 'missing' ? <MissingView path={route.path} /> : null}
      </main>
    </>
  )
}
