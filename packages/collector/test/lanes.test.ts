import { afterAll, describe, expect, test } from '@jest/globals'
import type { Change, Incident, TargetState } from '@portolan/core'
import { readLanes } from '../src/index.ts'
import { openStore } from '../src/store/open.ts'
import { epoch, gap, incident, stateChange, T0 } from './store/examples.ts'

const store = await openStore(':memory:')
afterAll(() => store.close())

test('what was dark when the last watch ended is not known to be dark since', async () => {
  const open = { ...incident('i1'), closedAt: null, darkUntil: null, darkSince: T0, openedAt: T0 }
  const lasting = { ...epoch('e1'), startedAt: T0 - 10, endedAt: null, target: open.target, cluster: open.cluster }
  const down = { ...stateChange(T0), target: open.target, cluster: open.cluster, state: 'down' as const }
  await store.write({ changes: [down], incidents: [open], epochs: [lasting] })
  const query = { from: T0 - 10, to: T0 + 1000, resolutionMs: 0 }
  const draw = async (lastLooks?: Map<string, number>) => {
    const { lanes } = await readLanes(store, [], lastLooks === undefined ? query : { ...query, lastLooks })
    const [lane] = lanes
    const dark = lane?.reach.filter(({ state }) => state === 'down').reduce((sum, { darkMs }) => sum + darkMs, 0)
    return { dark, last: lane?.reach.at(-1)?.state, pods: (lane?.placement.at(-1)?.to ?? 0) - T0 }
  }
  expect(await draw()).toEqual({ dark: 1000, last: 'down', pods: 1000 })
  expect(await draw(new Map([[open.cluster, T0 + 50]]))).toEqual({ dark: 50, last: 'gap', pods: 50 })
  expect(await draw(new Map([['another', T0 + 50]]))).toEqual({ dark: 1000, last: 'down', pods: 1000 })
})

test('tells all ports that were mapped at the time, and draws those that are asked for', async () => {
  const ports = ['host:30100', 'host:9000', 'host:30200']
  await store.write({ epochs: ports.map((target) => epoch(target, { cluster: 'many', target, startedAt: T0 })) })
  const query = { cluster: 'many', from: T0, to: T0 + 100, resolutionMs: 0 }
  const told = async (part: { offset?: number; limit?: number }) => {
    const drawn = await readLanes(store, [], { ...query, ...part })
    return { ports: drawn.ports.map(({ target }) => target), lanes: drawn.lanes.map(({ target }) => target) }
  }
  const inOrder = ['host:9000', 'host:30100', 'host:30200']
  expect(await told({})).toEqual({ ports: inOrder, lanes: inOrder })
  expect(await told({ offset: 1, limit: 1 })).toEqual({ ports: inOrder, lanes: ['host:30100'] })
  expect(await told({ offset: 2, limit: 9 })).toEqual({ ports: inOrder, lanes: ['host:30200'] })
  expect(await told({ offset: 7 })).toEqual({ ports: inOrder, lanes: [] })
})

describe('where the clock was set while a port was dark', () => {
  const HOUR = 3_600_000
  const [cluster, port] = ['clocks', 'host:30080']
  const turned = (at: number, byMs: number) =>
    ({ ...gap(at), cluster, from: at - Math.max(0, byMs), clockSetMs: byMs }) as Change
  const becomes = (at: number, state: TargetState) => ({ ...stateChange(at, port, cluster), state }) as Change

  async function reachOf(range: { from: number; to: number }, changes: Change[], outage: Partial<Incident>) {
    await using stack = new AsyncDisposableStack()
    const own = stack.adopt(await openStore(':memory:'), (opened) => opened.close())
    const lasting = epoch('e', { cluster, target: port, startedAt: T0 - 2 * HOUR })
    for (const change of changes) await own.write({ changes: [change] })
    await own.write({ epochs: [lasting], incidents: [incident('i', { cluster, target: port, ...outage })] })
    const { lanes } = await readLanes(own, [], { ...range, resolutionMs: 0 })
    const [kept] = await own.incidents({ limit: 1 })
    expect((kept?.darkUntil ?? 0) - (kept?.darkSince ?? 0)).toBe(5000)
    return lanes[0]?.reach.map(({ state, from, to }) => [state, from - T0, to - T0])
  }

  test('forward, it was dark before and after, and not in between', async () => {
    const back = T0 + HOUR + 5000
    const changes = [becomes(T0, 'down'), turned(T0 + HOUR + 2000, HOUR), becomes(back, 'up')]
    const outage = { openedAt: T0 + HOUR, darkSince: T0 + HOUR, darkUntil: back, closedAt: back, clockSetMs: HOUR }
    expect(await reachOf({ from: T0 - 1000, to: back + 1000 }, changes, outage)).toEqual([
      ['up', -1000, 0],
      ['down', 0, 2000],
      ['gap', 2000, HOUR + 2000],
      ['down', HOUR + 2000, HOUR + 5000],
      ['up', HOUR + 5000, HOUR + 6000],
    ])
    expect(await reachOf({ from: T0 - 1000, to: T0 + 1000 }, changes, outage)).toEqual([
      ['up', -1000, 0],
      ['down', 0, 1000],
    ])
  })

  test('back, the time that comes again is drawn as it went the second time', async () => {
    const turn = T0 - HOUR
    const changes = [
      becomes(T0 - 3000, 'unknown'),
      becomes(T0 - 2000, 'down'),
      turned(turn, -HOUR),
      becomes(turn + 3000, 'up'),
    ]
    const outage = { openedAt: turn - 2000, darkSince: turn - 2000, darkUntil: turn + 3000, closedAt: turn + 3000 }
    const lane = await reachOf({ from: turn - 1000, to: T0 }, changes, outage)
    expect(lane?.slice(-1)).toEqual([['up', 3000 - HOUR, 0]])
  })
})
