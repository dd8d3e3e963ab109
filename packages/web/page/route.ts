/** What the address bar says: each view can be linked to. Times are ms since the epoch. */
export type Route =
  | { view: 'now'; port: string | null }
  | { view: 'timeline'; port: string | null; from: number | null; to: number | null }
  | { view: 'incidents' }
  | { view: 'incident'; id: string }
  | { view: 'whatif'; drain: string | null }
  | { view: 'mesh' }
  | { view: 'causes'; cause: string | null }
  | { view: 'missing'; path: string }

export function readRoute(path: string, search: string): Route {
  const query = new URLSearchParams(search)
  const port = query.get('port')
  if (path === '/timeline')
    return { view: 'timeline', port, from: readTime(query.get('from')), to: readTime(query.get('to')) }
  if (path === '/incidents') return { view: 'incidents' }
  if (path === '/what-if') return { view: 'whatif', drain: query.get('drain') }
  if (path === '/mesh') return { view: 'mesh' }
  if (path === '/causes') return { view: 'causes', cause: null }
  if (path === '/') return { view: 'now', port }
  const [, view, name] = /^\/(incidents|causes)\/(.+)$/.exec(path) ?? []
  if (name === undefined) return { view: 'missing', path }
  return view === 'causes' ? { view, cause: readPart(name) } : { view: 'incident', id: readPart(name) }
}

export function writeRoute(route: Route): string {
  switch (route.view) {
    case 'now':
      return `/${queryOf({ port: route.port })}`
    case 'timeline':
      return `/timeline${queryOf({ port: route.port, from: writeTime(route.from), to: writeTime(route.to) })}`
    case 'incidents':
      return '/incidents'
    case 'incident':
      return `/incidents/${writePart(route.id)}`
    case 'whatif':
      return `/what-if${queryOf({ drain: route.drain })}`
    case 'mesh':
      return '/mesh'
    case 'causes':
      return route.cause === null ? '/causes' : `/causes/${writePart(route.cause)}`
    case 'missing':
      return route.path
  }
}

function queryOf(values: Record<string, string | null>): string {
  const given = Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${writePart(value).replaceAll('%3A', ':').replaceAll('%2F', '/')}`],
  )
  return given.length === 0 ? '' : `?${given.join('&')}`
}

/** A name as a part of an address; one with half a character in it has an address as well. */
export function writePart(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

/** As it stands there, where somebody wrote the address by hand and it cannot be read. */
function readPart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function readTime(text: string | null): number | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : time
}

function writeTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
