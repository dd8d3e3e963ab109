import { readFileSync } from 'node:fs'
import type { Neighbour, ProbePlan } from '@portolan/core'

/** Hardware addresses by the IP addresses that they answer for, where they are known to. */
export type NeighbourTable = ReadonlyMap<string, string>

/** Who answers on the networks of this machine, over IPv4. Empty where that cannot be read: on all but Linux. */
export function readNeighbourTable(): NeighbourTable {
  try {
    return parseNeighbourTable(readFileSync('/proc/net/arp', 'utf8'))
  } catch {
    return new Map()
  }
}

/** An entry that is complete, not one of an address that nobody answers for. */
const COMPLETE = 0x2

/** Linux' `/proc/net/arp`. A hardware address counts on its own network alone. */
export function parseNeighbourTable(text: string): NeighbourTable {
  const rows = text.split('\n').slice(1)
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const [address, , flags, hardware, , device] = row.trim().split(/\s+/)
      if (address === undefined || hardware === undefined || (Number(flags) & COMPLETE) === 0) return []
      return [[address, `${hardware} ${device ?? ''}`]]
    }),
  )
}

/**
 * The load balancers' addresses that a node answers for; null where none is probed.
 *
 * Source: MetalLB, "Layer 2 mode": one node answers for the address by its own hardware address; so does a node that has
 * the address on its interface.
 */
export function neighboursIn(table: NeighbourTable, plans: readonly ProbePlan[]): Neighbour[] | null {
  const at = (vantage: ProbePlan['vantage']) =>
    new Set(plans.filter((plan) => plan.vantage === vantage).map(({ address }) => address))
  const balancers = at('host/balancer')
  if (balancers.size === 0) return null
  const machines = new Map<string, string>()
  for (const address of at('host/node-address')) {
    const hardware = table.get(address)
    if (hardware !== undefined && !balancers.has(address)) machines.set(hardware, address)
  }
  return [...balancers].sort().flatMap((address) => {
    const machine = machines.get(table.get(address) ?? '')
    return machine === undefined ? [] : [{ address, machine }]
  })
}
