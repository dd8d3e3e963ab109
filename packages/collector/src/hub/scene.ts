import type { RouteExplanation, TargetExplanation } from '@portolan/core'
import type { Scene } from '../scene.ts'
import type { FleetReader } from '../store/postgres/fleet.ts'

/** The ports and routes as the collectors of all clusters last reported them. */
export function createHubScene(fleet: Pick<FleetReader, 'targets' | 'explain' | 'explainAll'>): Scene {
  async function explain(id: string, cluster: string | undefined): Promise<TargetExplanation[]> {
    const at = id.lastIndexOf('/', id.indexOf(':'))
    return at < 0 ? fleet.explain(id, cluster) : fleet.explain(id.slice(at + 1), cluster ?? id.slice(0, at))
  }

  async function routes(cluster: string | undefined): Promise<RouteExplanation[]> {
    return (await fleet.explainAll(cluster)).flatMap((explanation) => explanation.routes)
  }

  return {
    targets: (cluster) => fleet.targets(cluster),
    explain,
    routes: async (cluster) => (await routes(cluster)).map(({ route }) => route),
    routeNotes: () => [],
    explainRoutes: routes,
  }
}
