import { describe, expect, test } from '@jest/globals'
import { PLAIN } from '../../src/render/style.ts'
import { targetTable } from '../../src/render/table.ts'
import { darkTarget, NOON, route, target } from '../views.ts'

const draw = (targets: Parameters<typeof targetTable>[0], width: number, rows = 20) =>
  targetTable(targets, { now: NOON, width, rows, style: PLAIN })

describe('routes in the table', () => {
  const broken = route('shop.localhost/', { state: 'broken', cause: 'route_backend_missing' })

  test('are folded under their port', () => {
    const lines = draw([target(80, { routes: [route('a.localhost/'), route('b.localhost/')] }), target(81)], 80)
    expect(lines.map((line) => line.trimEnd())).toContain('    2 routes')
    expect(lines).toHaveLength(4)
  })

  test('a broken one is named with its cause, where rows run out as well', () => {
    const lines = draw([target(80, { routes: [route('a.localhost/'), broken] }), target(81), target(82)], 80, 3)
    expect(lines).toContain('    2 routes, 1 broken: shop.localhost/ (route_backend_missing)')
  })
})

describe('the table of ports', () => {
  test('shows port, Service, state, answers, nodes, cause and age', () => {
    expect(draw([target(30081), darkTarget(30080)], 80)).toEqual([
      '  PORT   SERVICE  STATE  ANSWERED      MAPPED TO  PODS ON  CAUSE      SINCE',
      '✓ 30081  web      up     100 % of 120  worker     worker              2 min',
      '✗ 30080  web      down   83 % of 120   worker     worker2  etp_local  12 s',
    ])
  })

  test('at 80 columns cuts no number in half: it leaves out how many probes there were', () => {
    const more = { service: 'default/web-everywhere', attempts: 1390, answered: 1390, darkProbability: 1 }
    const [head, line] = draw([target(30081, more)], 80)
    expect(head).not.toContain('…')
    expect(line).toMatch(/ web-every\S+ +up +100 % +worker +worker +at risk 100 % +2 min$/)
  })

  test('wide shows where the port listens, its workload, its protocol and its risk as well', () => {
    const [head, line] = targetTable([target(30081, { darkProbability: 2 / 3 })], {
      now: NOON,
      width: 500,
      rows: 20,
      style: PLAIN,
      wide: true,
    })
    expect(head).toMatch(/LISTENS ON +NODE PORT +WORKLOAD +PROTOCOL +LAST ANSWER +RISK$/)
    expect(line).toMatch(/0\.0\.0\.0:30081 +30080 \(nodePort\) +Deployment\/default\/web +http +0 s ago +67 %$/)
  })

  test('marks what answers by luck', () => {
    const [, line] = draw([target(30081, { darkProbability: 2 / 3 })], 100)
    expect(line).toContain('at risk 67 %')
  })

  test.each([40, 60, 80, 120])('is never wider than %i columns, however long the names', (width) => {
    const long = darkTarget(30080, {
      cluster: 'a-cluster-with-a-long-name',
      service: 'a-namespace-that-goes-on/and-a-service-that-does-so-too',
      node: 'some-node-with-a-name-that-goes-on-and-on',
      cause: 'mapped_node_excluded',
      pods: [
        { name: 'web-1', node: 'another-node-with-a-name-that-goes-on', serves: true },
        { name: 'web-2', node: 'another-node-with-a-name-that-goes-on', serves: true },
      ],
    })
    const least = 80
    for (const line of draw([long, target(443)], width)) expect(line.length).toBeLessThanOrEqual(Math.max(width, least))
  })

  test('with several clusters the port carries its cluster', () => {
    expect(draw([target(30080), target(30080, { cluster: 'lake', node: 'lake-worker' })], 100)[2]).toContain(
      'lake/30080',
    )
  })

  test('of a long name the cluster is cut, never the port', () => {
    const cluster = 'a-cluster-with-a-name-that-takes-most-of-a-line'
    const lines = draw([target(30080), darkTarget(38047, { cluster })], 80)
    expect(lines.find((line) => line.startsWith('✗'))).toMatch(/^✗ ….*\/38047 /)
  })

  test('where rows run out the dark ports come first, and the rest is counted', () => {
    const lines = draw([target(1), target(2), target(3), darkTarget(4)], 80, 3)
    expect(lines[1]).toContain('✗ 4')
    expect(lines.at(-1)).toContain('2 more')
  })

  test('pods that do not serve are no place', () => {
    const line = draw([target(1, { pods: [{ name: 'web-1', node: null, serves: false }] })], 80)[1]
    expect(line).toContain('none ready')
  })
})
