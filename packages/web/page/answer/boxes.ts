import type { PathDocument, RouteExplanationDocument } from '../documents.ts'

export type Hop = PathDocument['hops'][number] | RouteExplanationDocument['hops'][number]

/** A place on the path from the client to the application, with the hops that lie in it. */
export interface PathBox {
  place: Place
  state: Hop['state']
  hops: Hop[]
}

export type Place = 'This machine' | 'Load balancer' | 'Node' | 'Service' | 'Edge proxy' | 'Route' | 'Pods'

const PLACES: Record<Hop['name'], Place> = {
  client: 'This machine',
  'host port': 'This machine',
  engine: 'Node',
  balancer: 'Load balancer',
  node: 'Node',
  'kube-proxy': 'Service',
  endpoint: 'Service',
  'edge proxy': 'Edge proxy',
  route: 'Route',
  service: 'Service',
  pod: 'Pods',
  application: 'Pods',
}

/** Some hops lie in one place: what was seen of it is read at one glance. */
export function boxesOf(hops: readonly Hop[]): PathBox[] {
  const boxes: PathBox[] = []
  for (const hop of hops) {
    const place = PLACES[hop.name]
    const last = boxes.at(-1)
    if (last?.place === place) last.hops.push(hop)
    else boxes.push({ place, state: 'green', hops: [hop] })
  }
  return boxes.map((box) => ({ ...box, state: stateOf(box.hops) }))
}

function stateOf(hops: readonly Hop[]): Hop['state'] {
  if (hops.some(({ state }) => state === 'red')) return 'red'
  return hops.some(({ state }) => state === 'green') ? 'green' : 'not seen'
}
