import { useEffect, useState } from 'preact/hooks'
import { follow, type Live } from './live.ts'
import { useRoute } from './navigation.ts'
import { Header } from './parts/header.tsx'
import { IncidentView } from './incident/incident-view.tsx'
import { IncidentsView } from './incident/incidents-view.tsx'
import { MeshView } from './mesh/mesh-view.tsx'
import { NowView } from './now/now-view.tsx'
import { TimelineView } from './timeline/timeline-view.tsx'

export function App() {
  const [live, setLive] = useState<Live>({ targets: null, paths: new Map(), awaySince: null, fault: null, news: 0 })
  useEffect(() => follow(setLive), [])
  const route = useRoute()
  return (
    <>
      <Header live={live} view={route.view} />
      <main>
        {route.view === 'now' ? <NowView live={live} port={route.port} /> : null}
        {route.view === 'timeline' ? <TimelineView live={live} route={route} /> : null}
        {route.view === 'incidents' ? <IncidentsView live={live} /> : null}
        {route.view === 'incident' ? <IncidentView live={live} id={route.id} key={route.id} /> : null}
        {route.view === 'mesh' ? <MeshView /> : null}
      </main>
    </>
  )
}
