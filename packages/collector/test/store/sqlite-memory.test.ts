import { expect, test } from '@jest/globals'
import { openStore, openStoreReader } from '../../src/store/open.ts'
import type { Range, StoreReader } from '../../src/store/store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { epoch, gap, incident, placementChange, stateChange, T0 } from './examples.ts'

const file = temporaryFolder()
const SPAN = 1000

test('the process that writes reads the same as one that remembers nothing, whatever was written in between', async () => {
  const path = file('remembered.db')
  const retention = { factsMs: SPAN, historyMs: SPAN, bytes: 1 << 30 }
  await using stack = new AsyncDisposableStack()
  const writer = stack.adopt(await openStore(path, retention), (store) => store.close())
  const reader = stack.adopt(openStoreReader(path), (store) => store.close())
  const random = seeded(1)
  for (let round = 0; round < 200; round += 1) {
    const at = T0 + round * 10 + random(50)
    const closedAt = random(2) === 0 ? null : at + random(SPAN)
    const target = `host:${random(4)}`
    await writer.write({
      changes: [stateChange(at, target), placementChange(at - random(50), [target]), gap(at)].slice(random(4)),
      incidents: [incident(`i${random(40)}`, { target, openedAt: at, closedAt, darkUntil: closedAt, darkSince: at })],
      epochs: [epoch(`e${random(40)}`, { target, startedAt: at, endedAt: closedAt, answered: round })],
    })
    if (random(10) === 0) await writer.prune(at)
    const from = at - random(SPAN)
    const range = { from, to: from + random(SPAN) }
    expect(await history(writer, range)).toEqual(await history(reader, range))
  }
})

test('a row that gets the number of one that was deleted is read anew', async () => {
  const path = file('renumbered.db')
  await using stack = new AsyncDisposableStack()
  const retention = { factsMs: SPAN, historyMs: SPAN, bytes: 1 << 30 }
  const writer = stack.adopt(await openStore(path, retention), (store) => store.close())
  const reader = stack.adopt(openStoreReader(path), (store) => store.close())
  const later = T0 + 10 * SPAN
  await writer.write({ changes: [stateChange(T0, 'host:1')] })
  expect(await writer.drawn({})).toHaveLength(1)
  await writer.prune(later)
  await writer.write({ changes: [stateChange(later, 'host:2')] })
  expect(await writer.drawn({})).toMatchObject([{ target: 'host:2' }])
  expect(await history(writer, {})).toEqual(await history(reader, {}))
})

async function history(store: StoreReader, range: Range): Promise<unknown> {
  return [await store.drawn(range), await store.outages(range), await store.epochs({ ...range, limit: 1000 })]
}

/** @returns whole numbers below the one given, the same in each run. Source: Lehmer, with the constants of minstd. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
