import { workloadName } from '../words.ts'
import type { PathDocument, TargetDocument } from '../documents.ts'

/** The map of the ports: four columns, and lines between them. Distances are pixels downwards. */
export interface Chart {
  height: number
  ports: { target: TargetDocument; y: number }[]
  nodes: Box[]
  services: Box[]
  berths: Berth[]
  lines: Line[]
}

export interface Box {
  key: string
  cluster: string
  name: string
  top: number
  bottom: number
  state: LineState
}

/** A node with the pods that are behind mapped ports. */
export interface Berth {
  key: string
  cluster: string
  node: string | null
  top: number
  bottom: number
  pods: { key: string; label: string; title: string; serves: boolean; y: number }[]
}

export type LineState = 'whole' | 'broken' | 'beyond' | 'unseen'

export interface Line {
  key: string
  /** From which column it goes to the next. */
  column: 0 | 1 | 2
  fromY: number
  toY: number
  state: LineState
  /** The ports that go this way. */
  users: TargetDocument[]
}

export const ROW = 40
const GAP = 14
const HEAD = 24
const POD = 26
/** The sections of the way in which a hop of it lies. */
const SECTION: Record<PathDocument['hops'][number]['name'], number> = {
  client: 0,
  'host port': 0,
  engine: 0,
  balancer: 0,
  node: 0,
  'kube-proxy': 1,
  endpoint: 2,
  pod: 2,
  application: 2,
}

type Paths = ReadonlyMap<string, PathDocument['hops']>

/** @param paths of the ports that do not answer, by `CLUSTER/TARGET` */
export function layOut(targets: TargetDocument[], paths: Paths): Chart {
  const sorted = targets.toSorted(
    (a, b) =>
      a.cluster.localeCompare(b.cluster) ||
      natural.compare(a.node, b.node) ||
      natural.compare(a.service ?? a.id, b.service ?? b.id) ||
      a.hostPort - b.hostPort,
  )
  const ports: Chart['ports'] = []
  const nodes: Box[] = []
  const services: Box[] = []
  const users = new Map<Box, TargetDocument[]>()
  let y = 0
  for (const target of sorted) {
    const nodeKey = `${target.cluster}/${target.node}`
    const serviceKey = `${nodeKey}/${target.service ?? target.workload ?? target.id}`
    if (nodes.length > 0 && nodes.at(-1)?.key !== nodeKey) y += GAP
    const breaks = breakOf(target, paths)
    const place = { cluster: target.cluster, top: y, bottom: y + ROW }
    extend(nodes, { ...place, key: nodeKey, name: target.node || 'no known node', state: 'whole' })
    const service = extend(services, { ...place, key: serviceKey, name: serviceOf(target), state: stateAt(breaks, 2) })
    users.set(service, [...(users.get(service) ?? []), target])
    ports.push({ target, y: y + ROW / 2 })
    y += ROW
  }
  const berths = berthsOf(nodes, services, users)
  return {
    height: Math.max(y, berths.at(-1)?.bottom ?? 0),
    ports,
    nodes,
    services,
    berths,
    lines: [
      ...ports.flatMap((port) => waysOf(port, breakOf(port.target, paths))),
      ...moorings(services, users, berths, paths),
    ],
  }
}

const natural = new Intl.Collator('en', { numeric: true })

function extend(boxes: Box[], box: Box): Box {
  const last = boxes.at(-1)
  if (last?.key !== box.key) {
    boxes.push(box)
    return box
  }
  last.bottom = box.bottom
  if (box.state === 'broken') last.state = 'broken'
  return last
}

function serviceOf(target: TargetDocument): string {
  if (target.service !== null) return target.service
  return target.route === 'none'
    ? 'nothing claims it'
    : `${target.workload?.split('/').slice(1).join('/') ?? ''} (${target.route})`
}

/** The section in which the way breaks: 0 up to the node, 1 to the service, 2 to the pods; null where it does not. */
export function breakOf(target: TargetDocument, paths: Paths): number | null {
  if (target.state !== 'down') return null
  const hops = paths.get(`${target.cluster}/${target.id}`) ?? []
  const hop =
    hops.find(({ state }) => state === 'red') ??
    hops.find(({ name, state }) => state === 'not seen' && name !== 'client')
  return hop === undefined ? 1 : SECTION[hop.name]
}

function stateAt(breaks: number | null, section: number): LineState {
  if (breaks === null || section < breaks) return 'whole'
  return section === breaks ? 'broken' : 'beyond'
}

function wayState(users: TargetDocument[], breaks: number | null, section: number): LineState {
  const isUnknown = users.every(({ state }) => state === 'unknown' || state === 'by_design')
  return isUnknown ? 'unseen' : stateAt(breaks, section)
}

function waysOf({ target, y }: Chart['ports'][number], breaks: number | null): Line[] {
  const line = (column: 0 | 1): Line => {
    return {
      key: `${target.cluster}/${target.id}/${column}`,
      column,
      fromY: y,
      toY: y,
      state: wayState([target], breaks, column),
      users: [target],
    }
  }
  return [line(0), line(1)]
}

function berthsOf(nodes: Box[], services: Box[], users: Map<Box, TargetDocument[]>): Berth[] {
  const berths = new Map<string, Berth & { weight: number[] }>()
  for (const { key, cluster, name, top, bottom } of nodes) {
    // Where the port leads to is worth seeing most where no pod is.
    berths.set(key, { key, cluster, node: name, top: 0, bottom: 0, pods: [], weight: [(top + bottom) / 2] })
  }
  for (const service of services) {
    const target = users.get(service)?.[0]
    for (const [node, pods] of Map.groupBy(target?.pods ?? [], (pod) => pod.node)) {
      const key = `${service.cluster}/${node ?? ''}`
      const berth = berths.get(key) ?? { key, cluster: service.cluster, node, top: 0, bottom: 0, pods: [], weight: [] }
      berths.set(key, berth)
      berth.weight.push((service.top + service.bottom) / 2)
      const podKey = podKeyOf(target, node)
      if (berth.pods.some((pod) => pod.key === podKey)) continue
      const names = pods.map(({ name, serves }) => (serves ? name : `${name} (not ready)`)).join(', ')
      const serving = pods.filter(({ serves }) => serves).length
      const label =
        pods.length === 1 ? shortName(pods[0]?.name ?? '') : `${workloadName(target?.workload ?? 'it')} ×${pods.length}`
      berth.pods.push({ key: podKey, label, title: names, serves: serving > 0, y: 0 })
    }
  }
  return stack([...berths.values()])
}

/** Each near the middle of what leads to it, and none on top of another. */
function stack(berths: (Berth & { weight: number[] })[]): Berth[] {
  const middle = (berth: { weight: number[] }) => berth.weight.reduce((sum, one) => sum + one, 0) / berth.weight.length
  let y = 0
  return berths
    .toSorted((a, b) => middle(a) - middle(b))
    .map(({ key, cluster, node, ...berth }) => {
      const top = y
      const pods = berth.pods.map((pod, index) => ({ ...pod, y: top + HEAD + index * POD + POD / 2 }))
      const bottom = top + HEAD + Math.max(1, pods.length) * POD + 6
      y = bottom + GAP
      return { key, cluster, node, top, bottom, pods }
    })
}

function moorings(services: Box[], users: Map<Box, TargetDocument[]>, berths: Berth[], paths: Paths): Line[] {
  const places = new Map(berths.flatMap((berth) => berth.pods.map((pod) => [pod.key, pod.y] as const)))
  return services.flatMap((service) => {
    const targets = users.get(service) ?? []
    const breaks = targets.map((target) => breakOf(target, paths)).find((one) => one !== null) ?? null
    const nodes = new Set(targets[0]?.pods.map((pod) => pod.node))
    return [...nodes].map((node): Line => {
      const toY = places.get(podKeyOf(targets[0], node)) ?? 0
      const fromY = (service.top + service.bottom) / 2
      return {
        key: `${service.key}>${node ?? ''}`,
        column: 2,
        fromY,
        toY,
        state: wayState(targets, breaks, 2),
        users: targets,
      }
    })
  })
}

/** `web-fc484a0d15-bk2cs` as `web…bk2cs`: the hash of the template says nothing to a reader. */
function shortName(pod: string): string {
  return pod.replace(/-[a-z0-9]{6,10}-(?=[a-z0-9]{5}$)/, '…')
}

/** Services in front of the same pods lead to the same place. */
function podKeyOf(target: TargetDocument | undefined, node: string | null): string {
  const pods = target?.pods.filter((pod) => pod.node === node).map(({ name }) => name)
  return `${target?.cluster}/${node ?? ''}/${pods?.sort().join()}`
}
