import { withoutKind } from '@portolan/core'
import { keptRoutes } from '../route-name.ts'
import { withStore } from '../stored.ts'

/** Ports and routes of the Portolan that the other commands would ask; none where nothing was ever watched. */
export async function knownPorts(): Promise<string[]> {
  try {
    const views = await withStore({}, (store) => store.views())
    const targets = views.flatMap(({ explanations }) => explanations.map(({ target }) => target))
    return [...targets.map(({ id }) => withoutKind(id)), ...keptRoutes(views).map(({ route }) => route.name)]
  } catch {
    return []
  }
}
