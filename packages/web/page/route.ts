/** What the address bar says: each view can be linked to. Times are ms since the epoch. */
export type Route =
  | { view: 'fleet'; choice: FleetChoice }
  | { view: 'fleetIncidents'; choice: FleetChoice }
  | { view: 'now'; port: string | null }
  | { view: 'timeline'; port: string | null; from: number | null; to: number | null }
  | { view: 'incidents' }
  | { view: 'incident'; id: string }
  | { view: 'whatif'; drain: string | null }
  | { view: 'mesh' }
  | { view: 'causes'; cause: string | null }
  | { view: 'missing'; path: string }

/** Which clusters of a hub are shown. */
export interface FleetChoice {
  text: string
  state: 'all' | 'dark' | 'unsure' | 'quiet' | 'risk'
  /** Values of labels, by their names. */
  labels: Readonly<Record<string, string>>
}

export const WHOLE_FLEET: FleetChoice = { text: '', state: 'all', labels: {} }

/** A view, at a hub within one of its clusters; null: of the one collector, or of the whole fleet. */
export interface Place {
  cluster: string | null
  route: Route
}

/** A cluster of a hub is called `SENDER/CLUSTER`, and stands so before the address of each of its views. */
export function readPlace(path: string, search: string): Place {
  const [, sender, name, rest = ''] = /^\/clusters\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? []
  if (sender === undefined || name === undefined) return { cluster: null, route: readRoute(path, search) }
  return { cluster: `${readPart(sender)}/${readPart(name)}`, route: readRoute(rest === '' ? '/' : rest, search) }
}

export function writePlace({ cluster, route }: Place): string {
  const path = writeRoute(route)
  if (cluster === null || route.view === 'fleet' || route.view === 'fleetIncidents') return path
  const at = cluster.indexOf('/')
  const within = `/clusters/${writePart(cluster.slice(0, at))}/${writePart(cluster.slice(at + 1))}`
  return within + path.replace(/^\/(?=\?|$)/, '')
}

export function readRoute(path: string, search: string): Route {
  const query = new URLSearchParams(search)
  const port = query.get('port')
  if (path === '/timeline')
    return { view: 'timeline', port, from: readTime(query.get('from')), to: readTime(query.get('to')) }
  if (path === '/incidents') return { view: 'incidents' }
  if (path === '/what-if') return { view: 'whatif', drain: query.get('drain') }
  if (path === '/mesh') return { view: 'mesh' }
  if (path === '/causes') return { view: 'causes', cause: null }
  if (path === '/fleet') return { view: 'fleet', choice: readChoice(query) }
  if (path === '/fleet/incidents') return { view: 'fleetIncidents', choice: readChoice(query) }
  if (path === '/') return { view: 'now', port }
  const [, view, name] = /^\/(incidents|causes)\/(.+)$/.exec(path) ?? []
  if (name === undefined) return { view: 'missing', path }
  return view === 'causes' ? { view, cause: readPart(name) } : { view: 'incident', id: readPart(name) }
}

export function writeRoute(route: Route): string {
  switch (route.view) {
    case 'fleet':
      return `/fleet${queryOf(writeChoice(route.choice))}`
    case 'fleetIncidents':
      return `/fleet/incidents${queryOf(writeChoice(route.choice))}`
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

const LABEL = 'label.'
const STATES = ['all', 'dark', 'unsure', 'quiet', 'risk'] as const

function readChoice(query: URLSearchParams): FleetChoice {
  const labels = [...query].flatMap(([key, value]) => (key.startsWith(LABEL) ? [[key.slice(LABEL.length), value]] : []))
  return {
    text: query.get('search') ?? '',
    state: STATES.find((one) => one === query.get('state')) ?? 'all',
    labels: Object.fromEntries(labels) as Record<string, string>,
  }
}

/** As the API of a hub takes it as well, but for the state. */
export function writeChoice({ text, state, labels }: FleetChoice): Record<string, string | null> {
  const chosen = Object.entries(labels).map(([name, value]) => [writePart(LABEL + name), value] as const)
  return { search: text === '' ? null : text, state: state === 'all' ? null : state, ...Object.fromEntries(chosen) }
}

export function queryOf(values: Record<string, string | null>): string {
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
