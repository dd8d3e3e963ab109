import type { RuleReading } from '@portolan/core'

/**
 * All that is ever run in a node to read its rules: each only reads, and no word of it comes from anywhere else. Without
 * `-t` iptables-save leaves out the tables that the kernel does not hold; with it an old one would make them.
 */
export const RULE_COMMANDS = {
  IPv4: {
    nftables: ['nft', '-j', 'list', 'table', 'ip', 'kube-proxy'],
    iptables: ['iptables-save', '-c'],
  },
  IPv6: {
    nftables: ['nft', '-j', 'list', 'table', 'ip6', 'kube-proxy'],
    iptables: ['ip6tables-save', '-c'],
  },
} as const

export const CONNECTIONS_COMMAND = [
  'cat',
  '/proc/sys/net/netfilter/nf_conntrack_count',
  '/proc/sys/net/netfilter/nf_conntrack_max',
] as const

/** In the order in which they are run. */
export function ruleCommands(family: RuleReading['family']): (readonly string[])[] {
  const { nftables, iptables } = RULE_COMMANDS[family]
  return [nftables, iptables, CONNECTIONS_COMMAND]
}
