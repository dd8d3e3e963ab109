import { useEffect, useState } from 'preact/hooks'
import { type Place, readPlace, type Route, writePart, writePlace } from './route.ts'

const MOVED = 'portolan:moved'

/**
 * @param how `replace` where going back should not lead here again
 * @param cluster at a hub, the cluster that the view is of: where nothing else is said, the one that is shown
 */
export function go(route: Route, how: 'push' | 'replace' = 'push', cluster: string | null = here().cluster): void {
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', writePlace({ cluster, route }))
  dispatchEvent(new Event(MOVED))
}

/** The address of a view. */
export function addressOf(route: Route, cluster: string | null = here().cluster): string {
  return writePlace({ cluster, route })
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here)
  useEffect(() => {
    const update = () => setPlace(here())
    addEventListener('popstate', update)
    addEventListener(MOVED, update)
    return () => {
      removeEventListener('popstate', update)
      removeEventListener(MOVED, update)
    }
  }, [])
  return place
}

/** A path of the API, at a hub for the cluster that is shown alone. */
export function inPlace(path: string): string {
  const { cluster } = here()
  return cluster === null ? path : `${path}${path.includes('?') ? '&' : '?'}cluster=${writePart(cluster)}`
}

function here(): Place {
  return readPlace(location.pathname, location.search)
}
