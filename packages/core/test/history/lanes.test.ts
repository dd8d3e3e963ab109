import { describe, expect, test } from '@jest/globals'
import { drawLane, type LaneHistory, type TargetState } from '@portolan/core'
import fc from 'fast-check'

const TARGET = { cluster: 'dev', target: 'host:30080' }
const RANGE = { from: 0, to: 100, resolutionMs: 0 }

function becomes(state: TargetState, at: number): LaneHistory['states'][number] {
  return { at, state, previous: 'up', symptom: null }
}

function dark(
  id: string,
  darkSince: number,
  openedAt: number,
  darkUntil: number | null,
): LaneHistory['incidents'][number] {
  return {
    id,
    symptoms: { 'host/loopback4': 'silent' },
    openedAt,
    closedAt: darkUntil,
    darkSince,
    darkUntil,
  }
}

function epoch(startedAt: number, endedAt: number | null, podNodes = ['dev-worker']): LaneHistory['epochs'][number] {
  return { startedAt, endedAt, mappedNode: 'dev-worker', podNodes, expectedUp: true }
}

function draw(history: Partial<LaneHistory>, range = RANGE) {
  const nothing = { states: [], incidents: [], epochs: [epoch(-10, null)], moves: [], gaps: [] }
  return drawLane({ ...TARGET, before: { state: 'up', symptom: 'ok' }, ...nothing, ...history }, range)
}

/** `up 0-100`, one word a segment. */
function told(history: Partial<LaneHistory>, range = RANGE): string[] {
  return draw(history, range).reach.map(({ state, from, to }) => `${state} ${from}-${to}`)
}

describe('a lane', () => {
  test.each<[string, Partial<LaneHistory>, string[]]>([
    ['without a change is one stretch', {}, ['up 0-100']],
    [
      'is dark from the first probe that failed, not from when that was understood',
      { states: [becomes('down', 22), becomes('up', 65)], incidents: [dark('i', 20, 22, 60)] },
      ['up 0-20', 'down 20-60', 'up 60-100'],
    ],
    [
      'is dark up to its end while the incident is open',
      { states: [becomes('down', 22)], incidents: [dark('i', 20, 22, null)] },
      ['up 0-20', 'down 20-100'],
    ],
    [
      'keeps what was unknown while it was dark',
      {
        states: [becomes('down', 20), becomes('unknown', 40), becomes('down', 50)],
        incidents: [dark('i', 20, 20, null)],
      },
      ['up 0-20', 'down 20-40', 'unknown 40-50', 'down 50-100'],
    ],
    [
      'shows nothing where nobody watched, whatever was said about it',
      { gaps: [{ from: 30, to: 40, reason: 'asleep' }], incidents: [dark('i', 20, 20, 60)] },
      ['up 0-20', 'down 20-30', 'gap 30-40', 'down 40-60', 'up 60-100'],
    ],
    ['begins when the port was first known', { epochs: [epoch(30, null)] }, ['up 30-100']],
    ['is empty for a port that came later', { epochs: [epoch(300, null)] }, []],
    [
      'tells two incidents in a row apart',
      { incidents: [dark('a', 20, 20, 40), dark('b', 40, 40, 60)] },
      ['up 0-20', 'down 20-40', 'down 40-60', 'up 60-100'],
    ],
  ])('%s', (_, history, expected) => expect(told(history)).toEqual(expected))

  test('never loses a dark stretch, however short', () => {
    const incidents = [dark('i', 50, 50, 51)]
    const { reach } = draw({ incidents }, { from: 0, to: 100_000, resolutionMs: 1000 })
    expect(reach.find(({ state }) => state === 'down')).toMatchObject({ episodes: 1, darkMs: 1, incident: 'i' })
  })

  test('counts the dark stretches that are too short to be told apart', () => {
    const incidents = Array.from({ length: 50 }, (_, index) =>
      dark(`i${index}`, index * 20, index * 20, index * 20 + 10),
    )
    const { reach } = draw({ incidents }, { from: 0, to: 100_000, resolutionMs: 400 })
    const merged = reach.filter(({ state }) => state === 'down')
    expect(reach.length).toBeLessThan(8)
    expect(merged.reduce((sum, one) => sum + one.episodes, 0)).toBe(50)
    expect(merged.reduce((sum, one) => sum + one.darkMs, 0)).toBe(500)
  })

  test('shows where the pods were, an epoch that nobody ended up to the next one', () => {
    const epochs = [epoch(0, null, []), epoch(30, 60, ['dev-worker']), epoch(60, null, ['dev-worker2'])]
    const told = draw({ epochs }).placement.map(({ from, to, podNodes }) => `${from}-${to} ${podNodes.join()}`)
    expect(told).toEqual(['0-30 ', '30-60 dev-worker', '60-100 dev-worker2'])
  })
})

const time = fc.integer({ min: -20, max: 120 })
const length = fc.integer({ min: 0, max: 30 })
const histories: fc.Arbitrary<Partial<LaneHistory>> = fc.record({
  states: inOrder(
    fc
      .tuple(time, fc.constantFrom<TargetState>('up', 'down', 'flapping', 'unknown'))
      .map(([at, to]) => becomes(to, at)),
    ({ at }) => at,
  ),
  incidents: inOrder(
    fc
      .tuple(time, length, fc.option(length))
      .map(([since, late, long]) => dark(`${since}`, since, since + late, long === null ? null : since + late + long)),
    ({ darkSince }) => darkSince,
  ),
  gaps: inOrder(
    fc.tuple(time, length).map(([from, long]) => ({ from, to: from + long, reason: 'asleep' })),
    ({ from }) => from,
  ),
})

function inOrder<T>(one: fc.Arbitrary<T>, timeOf: (one: T) => number): fc.Arbitrary<T[]> {
  return fc.array(one, { maxLength: 8 }).map((many) => many.sort((a, b) => timeOf(a) - timeOf(b)))
}

/** What is drawn at a time, without drawing. */
function stateAt({ states = [], incidents = [], gaps = [] }: Partial<LaneHistory>, at: number): string {
  const state = states.findLast((one) => one.at <= at)?.state ?? 'up'
  const incident = incidents.findLast(({ darkSince }) => darkSince <= at)
  if ((gaps.findLast(({ from }) => from <= at)?.to ?? at) > at) return 'gap'
  const isDark = incident !== undefined && (incident.darkUntil ?? RANGE.to) > at
  if (isDark && !(state === 'unknown' && at >= incident.openedAt)) return 'down'
  return state === 'down' ? 'up' : state
}

describe('whatever happened, a lane', () => {
  test('tells of each moment what was then', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { reach } = draw(history)
        for (let at = RANGE.from; at < RANGE.to; at += 1) {
          const there = reach.filter(({ from, to }) => from <= at && at < to)
          expect(there.map(({ state }) => state)).toEqual([stateAt(history, at)])
        }
      }),
    )
  })

  test('loses nothing dark, however coarse it is', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 0, max: 50 }), (history, resolutionMs) => {
        const { reach } = draw(history, { ...RANGE, resolutionMs })
        const fine = draw(history).reach.filter(({ state }) => state === 'down')
        for (const { from, to } of fine)
          expect(reach.some((one) => one.state === 'down' && one.from <= from && to <= one.to)).toBe(true)
        const darkMs = (all: { darkMs: number }[]) => all.reduce((sum, one) => sum + one.darkMs, 0)
        expect(darkMs(reach)).toBe(darkMs(fine))
        expect(reach[0]?.from).toBe(RANGE.from)
        expect(reach.at(-1)?.to).toBe(RANGE.to)
        for (const [index, { from }] of reach.entries()) expect(from).toBe(reach[index - 1]?.to ?? RANGE.from)
      }),
    )
  })
})
