/**
 * What a node's own rules do with packets to one of its ports, read twice in the node while the port is dark. Times are
 * ms since the epoch.
 */
export interface RuleReading {
  node: string
  port: number
  protocol: 'tcp' | 'udp'
  /** Of the addresses whose rules were read: the one in which the engine dials the node. */
  family: 'IPv4' | 'IPv6'
  /** When the rules were read first. */
  from: number
  /** When they were read again. */
  to: number
  /** Connections that this machine tried to open to the port in between. */
  probes: number
  /** Whose way of writing rules was found; null where kube-proxy has written none, or they could not be read. */
  mode: RuleMode | null
  /** Those for this very port; empty where there is none. */
  rules: PortRule[]
  /** Entries in the node's table of connections, and how many fit in; null where that could not be read. */
  connections: { count: number; most: number } | null
  /** What could not be read, a sentence each. The rules are all that there are only where this is empty. */
  unread: string[]
}

export type RuleMode = 'iptables' | 'nftables'

/** A rule for one port of a node. */
export interface PortRule {
  /** The chain or map that it is in. */
  chain: string
  verdict: 'drop' | 'reject' | 'forward'
  /** Why kube-proxy wrote it; `other` for a forward, and for a rule that is not kube-proxy's. */
  reason: 'without_local_endpoints' | 'without_endpoints' | 'other'
  /** `NAMESPACE/NAME` or `NAMESPACE/NAME:PORT`, as kube-proxy names the Service; empty where it names none. */
  service: string
  /** Counted between the two readings; null where the rule counts nothing. A forward counts connections. */
  packets: number | null
  /** Where it forwards to. */
  to: { address: string; port: number }[]
}
