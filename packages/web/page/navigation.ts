import { useEffect, useState } from 'preact/hooks'
import { type Route, readRoute, writeRoute } from './route.ts'

const MOVED = 'portolan:moved'

/** @param how `replace` where going back should not lead here again */
export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', writeRoute(route))
  dispatchEvent(new Event(MOVED))
}

export function useRoute(): Route {
  const [route, setRoute] = useState(here)
  useEffect(() => {
    const update = () => setRoute(here())
    addEventListener('popstate', update)
    addEventListener(MOVED, update)
    return () => {
      removeEventListener('popstate', update)
      removeEventListener(MOVED, update)
    }
  }, [])
  return route
}

function here(): Route {
  return readRoute(location.pathname, location.search)
}
