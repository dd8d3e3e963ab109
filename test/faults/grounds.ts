import type { IpFamily, ProxyMode } from '../kind/harness/make-cluster.ts'

/** The kind clusters of the lab: of IPv4 with either mode of kube-proxy, with IPv6 addresses too, or with no others. */
export const GROUNDS = {
  iptables: { proxyMode: 'iptables', ipFamily: 'ipv4' },
  nftables: { proxyMode: 'nftables', ipFamily: 'ipv4' },
  'dual-stack': { proxyMode: 'iptables', ipFamily: 'dual' },
  IPv6: { proxyMode: 'iptables', ipFamily: 'ipv6' },
} as const satisfies Record<string, { proxyMode: ProxyMode; ipFamily: IpFamily }>

export type GroundName = keyof typeof GROUNDS

export const EVERYWHERE = Object.keys(GROUNDS) as GroundName[]

/** @param on where that is not on the clusters of IPv4 */
export const isMadeOn = ({ on = ['iptables', 'nftables'] }: { on?: readonly GroundName[] }, ground: GroundName) =>
  on.includes(ground)
