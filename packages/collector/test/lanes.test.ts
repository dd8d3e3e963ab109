import { afterAll, expect, test } from '@jest/globals'
import { readLanes } from '../src/index.ts'
import { openStore } from '../src/store/open.ts'
import { epoch, incident, stateChange, T0 } from './store/examples.ts'

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
