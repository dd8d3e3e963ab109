import type { TargetView } from '@portolan/core'

/** A port as people write it: `30080`, `53/udp`, `127.0.0.2:30080`, with `CLUSTER/` or `host:` in front or not. */
export interface PortName {
  /** null: in whichever cluster. */
  cluster: string | null
  id: string
}

export function readPortName(text: string): PortName {
  const [, cluster = null, name = text] = /^(?:([^/]+)\/)?(?:host:)?([^/]*\d(?:\/udp)?)$/.exec(text) ?? []
  return { cluster, id: `host:${name}` }
}

export function isNamed({ cluster, id }: PortName, target: TargetView): boolean {
  return target.id === id && (cluster === null || target.cluster === cluster)
}

/** `sea/30080`: a name by which every command knows the port. */
export function fullName({ cluster, id }: TargetView): string {
  return `${cluster}/${id.replace('host:', '')}`
}
