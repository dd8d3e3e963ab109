import { expect, test } from '@jest/globals'
import type { Change, Epoch, Incident, Symptom } from '@portolan/core'
import fc from 'fast-check'
import type { Batch, Store, StoredHistory, StoreReader, TargetName } from '../../src/store/store.ts'
import { epoch, gap, incident, placementChange, stateChange, T0 } from './examples.ts'

const PORTS = ['host:1', 'host:2', 'host:3']
const TARGETS = PORTS.flatMap((target) => ['dev', 'other'].map((cluster) => ({ cluster, target })))
const ALL = 1000

const time = fc.integer({ min: T0, max: T0 + 200 })
const target = fc.constantFrom(...TARGETS)
const symptom = fc.constantFrom<Symptom | null>('ok', 'silent', 'refused', null)
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')

const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(time, target, fc.constantFrom('up', 'down', 'flapping', 'unknown'), symptom)
    .map(([at, of, state, seen]) => ({ ...stateChange(at, of.target, of.cluster), state, symptom: seen }) as Change),
  fc
    .tuple(time, fc.subarray(PORTS, { minLength: 1 }), fc.array(fc.string(), { maxLength: 3 }))
    .map(([at, targets, to]) => ({ ...placementChange(at, targets), to }) as Change),
  fc.tuple(time, fc.integer({ min: 0, max: 100 })).map(([at, long]) => ({ ...gap(at), from: at - long }) as Change),
)

const outage = fc
  .tuple(id, target, time, fc.option(time), fc.double({ min: 0, max: 50, noNaN: true }), symptom)
  .map(([name, of, openedAt, closedAt, early, seen]) => {
    const symptoms: Incident['symptoms'] = seen === null ? {} : { 'host/loopback4': seen }
    const darkSince = openedAt - early
    // One id stays with one port and one beginning.
    return incident(`${name} ${of.target} ${openedAt}`, { ...of, openedAt, closedAt, darkSince, symptoms })
  })

const stay = fc
  .tuple(id, target, time, fc.option(time), fc.array(fc.string(), { maxLength: 3 }), fc.option(fc.boolean()))
  .map(([name, of, startedAt, endedAt, podNodes, expectedUp]) =>
    epoch(`${name} ${of.target} ${startedAt}`, { ...of, startedAt, endedAt, podNodes, expectedUp }),
  )

const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    changes: fc.array(change, { maxLength: 20 }),
    incidents: fc.array(outage, { maxLength: 8 }),
    epochs: fc.array(stay, { maxLength: 8 }),
  }),
  { maxLength: 4 },
)

/** @param open makes an empty store, `runs` times */
export function describeHistory(name: string, open: () => Promise<Store>, runs: number): void {
  test(`${name} tells from its indices what the rows tell`, async () => {
    await fc.assert(
      fc.asyncProperty(batches, time, time, async (written, one, another) => {
        const range = { from: Math.min(one, another), to: Math.max(one, another) }
        await using stack = new AsyncDisposableStack()
        const store = stack.adopt(await open(), (opened) => opened.close())
        for (const batch of written) await store.write(batch)
        expect(await store.histories({ targets: TARGETS, ...range })).toEqual(
          await Promise.all(TARGETS.map((one) => plainHistory(store, one, range))),
        )
      }),
      { numRuns: runs },
    )
  })
}

/** The same out of whole rows. */
async function plainHistory(store: StoreReader, name: TargetName, range: { from: number; to: number }) {
  const { from, to } = range
  const { cluster } = name
  const kept = (await store.timeline({ cluster, limit: ALL })).map(({ change: one }) => one)
  const all = kept.sort((a, b) => a.at - b.at)
  const changes = all.filter(({ at }) => at <= to)
  const states = changes.filter((one) => one.type === 'target.state').filter((one) => one.target === name.target)
  const incidents = (await store.incidents({ cluster, from, to, limit: ALL })).reverse()
  const epochs = (await store.epochs({ ...name, from, to, limit: ALL })).reverse()
  const within = changes.filter(({ at }) => at >= from)
  return {
    ...name,
    before: stateOf(states.findLast(({ at }) => at < from)),
    states: states.filter(({ at }) => at >= from).map(stateOf),
    incidents: incidents.filter((one) => one.target === name.target).map(outageOf),
    epochs: epochs.map(stayOf),
    moves: within
      .filter((one) => one.type === 'placement.changed')
      .filter(({ targets }) => targets.includes(name.target))
      .map(({ at, workload, kind, reason, from: left, to: reached }) => ({
        at,
        workload,
        kind,
        reason,
        from: left,
        to: reached,
      })),
    gaps: all.filter((one) => one.type === 'gap').filter((one) => one.at >= from && one.from <= to),
  } as StoredHistory
}

function stateOf(change?: Extract<Change, { type: 'target.state' }>) {
  if (change === undefined) return null
  const { at, state, previous, symptom: seen } = change
  return { at, state, previous, symptom: seen }
}

function outageOf({ id: name, openedAt, closedAt, darkSince, darkUntil, symptoms }: Incident) {
  return { id: name, openedAt, closedAt, darkSince, darkUntil, symptoms }
}

function stayOf({ startedAt, endedAt, mappedNode, podNodes, expectedUp }: Epoch) {
  return { startedAt, endedAt, mappedNode, podNodes, expectedUp }
}
