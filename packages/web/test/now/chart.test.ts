import { describe, expect, test } from '@jest/globals'
import type { PathDocument } from '../../page/documents.ts'
import { breakOf, layOut } from '../../page/now/chart.ts'
import { target } from '../targets.ts'

type Hop = PathDocument['hops'][number]

function paths(...hops: [Hop['name'], Hop['state']][]) {
  return new Map([['dev/host:30080', hops.map(([name, state]) => ({ name, state, text: '', at: null }))]])
}

describe('the way breaks', () => {
  const dark = target(30080, { state: 'down' })
  test.each<[string, Parameters<typeof paths>, number]>([
    [
      'before the node, where the engine lost the binding',
      [
        ['client', 'green'],
        ['engine', 'red'],
      ],
      0,
    ],
    [
      'before the service, where kube-proxy drops',
      [
        ['node', 'green'],
        ['kube-proxy', 'red'],
        ['endpoint', 'green'],
      ],
      1,
    ],
    [
      'before the pods, where none is ready',
      [
        ['kube-proxy', 'green'],
        ['endpoint', 'red'],
      ],
      2,
    ],
    [
      'at the first hop that nobody saw, where none is known to be broken',
      [
        ['node', 'green'],
        ['application', 'not seen'],
      ],
      2,
    ],
  ])('%s', (_, hops, section) => expect(breakOf(dark, paths(...hops))).toBe(section))

  test('nowhere, while the port answers', () => {
    expect(breakOf(target(30080), paths(['kube-proxy', 'red']))).toBeNull()
  })
})

describe('the map', () => {
  test('gathers ports by node and service, and nothing overlaps', () => {
    const chart = layOut(
      [target(30081), target(30080), target(443, { node: 'dev-worker2', service: 'default/api', pods: [] })],
      new Map(),
    )
    expect(chart.ports.map(({ target: { hostPort } }) => hostPort)).toEqual([30080, 30081, 443])
    expect(chart.nodes.map(({ name }) => name)).toEqual(['dev-worker', 'dev-worker2'])
    expect(chart.services.map(({ name }) => name)).toEqual(['default/web', 'default/api'])
    for (const boxes of [chart.nodes, chart.services, chart.berths]) {
      boxes.slice(1).forEach((box, index) => expect(box.top).toBeGreaterThanOrEqual(boxes[index]?.bottom ?? 0))
    }
    expect(chart.height).toBeGreaterThanOrEqual(Math.max(...chart.berths.map(({ bottom }) => bottom)))
  })

  test('draws the broken hop, and what lies beyond it', () => {
    const moved = target(30080, { state: 'down', pods: [{ name: 'web-1', node: 'dev-worker2', serves: true }] })
    const { lines, berths } = layOut([moved], paths(['kube-proxy', 'red']))
    expect(lines.map(({ column, state }) => [column, state])).toEqual([
      [0, 'whole'],
      [1, 'broken'],
      [2, 'beyond'],
    ])
    expect(berths.map(({ node, pods }) => [node, pods.length])).toEqual([
      ['dev-worker', 0],
      ['dev-worker2', 1],
    ])
  })
})
