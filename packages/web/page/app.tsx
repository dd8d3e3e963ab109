import { isHub } from './clock.ts'
import { ClusterPage } from './cluster-page.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'
import { usePlace } from './navigation.ts'
import { useUtc } from './parts/use-utc.ts'

export function App() {
  const { cluster, route } = usePlace()
  useUtc()
  if (isHub() && cluster === null) return <FleetPage route={route} />
  return <ClusterPage key={cluster} cluster={cluster} route={route} />
}
