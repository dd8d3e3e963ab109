import { expect, test } from '@jest/globals'
import type { ProbePlan, Vantage } from '@portolan/core'
import { neighboursIn, parseNeighbourTable } from '../src/neighbours.ts'

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
172.18.0.2       0x1         0x2         02:42:ac:12:00:02     *        br-1
172.18.0.3       0x1         0x2         02:42:ac:12:00:03     *        br-1
172.18.0.240     0x1         0x2         02:42:ac:12:00:03     *        br-1
172.18.0.241     0x1         0x0         00:00:00:00:00:00     *        br-1
172.19.0.9       0x1         0x2         02:42:ac:12:00:03     *        br-2
`

const plan = (vantage: Vantage, address: string): ProbePlan => ({
  id: `${address}@${vantage}`,
  target: address,
  vantage,
  address,
  port: 80,
  speech: { protocol: 'http', why: '', identity: '' },
  intervalMs: 1000,
  timeoutMs: 1000,
})
const nodes = ['172.18.0.2', '172.18.0.3'].map((address) => plan('host/node-address', address))

test('the node that answers for the address of a load balancer is found by its hardware address', () => {
  const plans = [...nodes, plan('host/balancer', '172.18.0.240')]
  expect(neighboursIn(parseNeighbourTable(ARP), plans)).toEqual([{ address: '172.18.0.240', machine: '172.18.0.3' }])
})

test('nobody is found for an address that nobody answers for, nor on another network', () => {
  const plans = [...nodes, plan('host/balancer', '172.18.0.241'), plan('host/balancer', '172.19.0.9')]
  expect(neighboursIn(parseNeighbourTable(ARP), plans)).toEqual([])
})

test('there is nothing to say where no load balancer is probed', () => {
  expect(neighboursIn(parseNeighbourTable(ARP), nodes)).toBeNull()
})

test.each(['', 'nonsense', 'a\nb c\n1 2 0 4 5 6 7'])('a table that cannot be read is empty: %j', (text) => {
  expect(parseNeighbourTable(text).size).toBe(0)
})
