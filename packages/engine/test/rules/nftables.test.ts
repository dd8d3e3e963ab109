import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readNftables } from '../../src/rules/nftables.ts'

const RECORDED = readFileSync(join(import.meta.dirname, '../recorded/nft-table.json'), 'utf8')
const door = (port: number, protocol: 'tcp' | 'udp' = 'tcp') => ({ port, protocol })

interface Listed {
  map?: { name: string; elem?: unknown[] }
  rule?: { chain: string; expr: unknown[] }
}

/** The recording with its objects changed. */
function changed(change: (objects: Listed[]) => void): string {
  const listing = JSON.parse(RECORDED) as { nftables: Listed[] }
  change(listing.nftables)
  return JSON.stringify(listing)
}

const withElement = (map: string, element: unknown) =>
  changed((objects) => objects.find((one) => one.map?.name === map)?.map?.elem?.push(element))

describe('the rules of a node whose kube-proxy is in nftables mode (recorded on kind)', () => {
  test('policy Local and no endpoint on the node: the entry that drops, which counts nothing', () => {
    expect(readNftables(RECORDED, door(30080))).toEqual({
      mode: 'nftables',
      rules: [
        {
          chain: 'no-endpoint-nodeports',
          verdict: 'drop',
          reason: 'without_local_endpoints',
          service: 'default/local',
          packets: null,
          to: [],
        },
      ],
    })
  })

  test('policy Cluster: the pods that it forwards to', () => {
    expect(readNftables(RECORDED, door(30081)).rules).toEqual([
      {
        chain: 'service-nodeports',
        verdict: 'forward',
        reason: 'other',
        service: 'default/cluster:http',
        packets: null,
        to: [{ address: '10.244.2.3', port: 8080 }],
      },
    ])
  })

  test('a Service without endpoints: the entry that rejects', () => {
    expect(readNftables(RECORDED, door(30082)).rules).toMatchObject([
      { verdict: 'reject', reason: 'without_endpoints', service: 'default/nobody:http' },
    ])
  })

  test.each([
    ['a port that nobody has', door(30090)],
    ['the same port over UDP', door(30080, 'udp')],
    ['the port of a Service at its cluster address', door(80)],
  ])('%s has none', (_, one) => expect(readNftables(RECORDED, one).rules).toEqual([]))

  test('an entry that counts says how much', () => {
    const element = [{ elem: { val: { concat: ['tcp', 30085] }, counter: { packets: 7, bytes: 420 } } }, { drop: null }]
    const rules = readNftables(withElement('no-endpoint-nodeports', element), door(30085)).rules
    expect(rules).toMatchObject([{ verdict: 'drop', service: '', packets: 7 }])
  })

  test('several pods, chosen at random or by who asks', () => {
    const listed = changed((objects) => {
      const rule = objects.find(
        (one) => one.rule?.chain === 'service-VLMJ5T2V-default/cluster/tcp/http' && isChoice(one),
      )
      rule?.rule?.expr.splice(0, 1, {
        vmap: {
          key: { numgen: { mode: 'random', mod: 2, offset: 0 } },
          data: {
            set: [
              [0, { goto: { target: 'endpoint-NXULZGXF-default/cluster/tcp/http__10.244.2.3/8080' } }],
              [1, { goto: { target: 'endpoint-B' } }],
            ],
          },
        },
      })
      objects.push(
        { rule: { chain: 'endpoint-B', expr: [{ dnat: { addr: 'fd00::2', port: 8080 } }] } },
        {
          rule: {
            chain: 'service-VLMJ5T2V-default/cluster/tcp/http',
            expr: [
              { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '@affinity' } },
              { goto: { target: 'endpoint-C' } },
            ],
          },
        },
        { rule: { chain: 'endpoint-C', expr: [{ dnat: { addr: '10.244.9.9', port: 8080 } }] } },
      )
    })
    expect(readNftables(listed, door(30081)).rules[0]?.to).toEqual([
      { address: '10.244.2.3', port: 8080 },
      { address: 'fd00::2', port: 8080 },
    ])
  })

  test('chains that lead to each other have an end', () => {
    const listed = changed((objects) =>
      objects.push({
        rule: {
          chain: 'endpoint-NXULZGXF-default/cluster/tcp/http__10.244.2.3/8080',
          expr: [{ jump: { target: 'external-VLMJ5T2V-default/cluster/tcp/http' } }],
        },
      }),
    )
    expect(readNftables(listed, door(30081)).rules[0]?.to).toEqual([{ address: '10.244.2.3', port: 8080 }])
  })

  test.each([
    ['an address that is none', { addr: '../../etc', port: 8080 }],
    ['a port that is none', { addr: '10.244.2.3', port: 1e9 }],
  ])('%s is no place to forward to', (_, dnat) => {
    const listed = changed((objects) => {
      for (const { rule } of objects) if (rule?.chain.startsWith('endpoint-')) rule.expr = [{ dnat }]
    })
    expect(readNftables(listed, door(30081)).rules.flatMap(({ to }) => to)).toEqual([])
  })

  test('an entry of a shape that is not known is a fault, since the port may be in it', () => {
    const element = [{ elem: { val: { prefix: 30085 } } }, { drop: null }]
    expect(() => readNftables(withElement('no-endpoint-nodeports', element), door(30080))).toThrow(
      'it lists what cannot be read as a port',
    )
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"nftables": ['],
    ['another table', '{"nftables": [{"table": {"family": "ip", "name": "filter"}}]}'],
    ['another document', '[1]'],
  ])('%s: that is not its table', (_, listed) => {
    expect(() => readNftables(listed, door(30080))).toThrow('it lists no such table of kube-proxy')
  })
})

function isChoice({ rule }: Listed): boolean {
  return rule?.expr.some((one) => Object.hasOwn(one as object, 'vmap')) === true
}
