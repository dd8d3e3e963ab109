import { type TargetView, withoutKind } from '@portolan/core'

/** A port as people write it: `30080`, `53/udp`, `127.0.0.2:30080`, `worker:30080`, with `CLUSTER/` or its kind in front or not. */
export interface PortName {
  /** null: in whichever cluster. */
  cluster: string | null
  /** Without its kind. */
  name: string
}

/** As much of a port as its name is made of. */
export type NamedPort = Pick<TargetView, 'cluster' | 'id'>

export function readPortName(text: string): PortName {
  const [, cluster = null, name = text] = /^(?:([^/]+)\/)?([^/]*\d(?:\/udp)?)$/.exec(text) ?? []
  return { cluster, name: withoutKind(name) }
}

export function isNamed({ cluster, name }: PortName, target: NamedPort): boolean {
  return withoutKind(target.id) === name && (cluster === null || target.cluster === cluster)
}

/** So many ports are named where one was not found. */
const MOST_NAMED = 20

/** The names of ports that there are, those that end like what was asked for first. */
export function namedPorts(names: readonly string[], asked: string): string {
  const isLike = (name: string) => Number(name.endsWith(`:${asked}`))
  const shown = names.toSorted((a, b) => isLike(b) - isLike(a)).slice(0, MOST_NAMED)
  const left = names.length - shown.length
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

/** `sea/30080`: a name by which every command knows the port. */
export function fullName({ cluster, id }: NamedPort): string {
  return `${cluster}/${withoutKind(id)}`
}
