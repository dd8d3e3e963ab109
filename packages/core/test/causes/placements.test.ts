import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  countPlacements,
  type Epoch,
  failsWithinPlacements,
  placementsText,
  splitsByPlacement,
} from '../../src/index.ts'
import { START } from '../builders.ts'

function epoch(podNode: string | null, answered: number, failed: number): Epoch {
  const podNodes = podNode === null ? [] : [podNode]
  const place = { cluster: 'kind', target: 'host:30080', mappedNode: 'a' }
  return { id: 'x', ...place, startedAt: START, endedAt: null, podNodes, expectedUp: null, answered, failed }
}

const times = (count: number, one: Epoch) => Array.from({ length: count }, () => one)
const up = (node: string) => epoch(node, 40, 0)
const dark = (node: string) => epoch(node, 0, 40)

describe('the record of the placements', () => {
  test('14 of 14 here and 0 of 9 elsewhere is said as a person would, with how sure that is', () => {
    const record = countPlacements([...times(14, up('a')), ...times(9, dark('b'))])
    expect(splitsByPlacement(record)).toBe(true)
    expect(placementsText(record, 'a')).toBe(
      'reachable in 14 of 14 placements on a, in 0 of 9 placements elsewhere (the node matters: such a split happens by chance less than once in 1000 times)',
    )
  })

  test('one placement of each kind shows nothing yet, and says so', () => {
    const record = countPlacements([up('a'), dark('b')])
    expect(splitsByPlacement(record)).toBe(false)
    expect(placementsText(record, 'a')).toContain('(too few to conclude that the node matters)')
  })

  test('three of each are enough', () => {
    expect(splitsByPlacement(countPlacements([...times(3, up('a')), ...times(3, dark('c'))]))).toBe(true)
  })

  test('a split the other way round is none', () => {
    expect(splitsByPlacement(countPlacements([...times(5, dark('a')), ...times(5, up('b'))]))).toBe(false)
  })

  test('placements without a pod or without an outcome are not counted', () => {
    expect(placementsText(countPlacements([epoch(null, 0, 40), epoch('b', 0, 0)]), 'a')).toBeNull()
  })

  test('a few failures after a move leave a placement reachable; half and half is unsteady', () => {
    const { onMapped } = countPlacements([epoch('a', 38, 2), epoch('a', 20, 20)])
    expect(onMapped).toMatchObject({ reachable: 1, dark: 0, unsteady: 1 })
  })

  test('failing and answering within its placements is not by placement', () => {
    const record = countPlacements([epoch('a', 20, 20), epoch('b', 25, 15), up('a')])
    expect(failsWithinPlacements(record)).toBe(true)
    expect(failsWithinPlacements(countPlacements([...times(3, up('a')), ...times(3, dark('b'))]))).toBe(false)
  })
})

describe('how sure it is', () => {
  const seen = fc.array(fc.constantFrom(up('a'), dark('a'), up('b'), dark('b')), { maxLength: 60 })

  test('the bounds enclose what was counted, and the chance is one', () => {
    fc.assert(
      fc.property(seen, (epochs) => {
        const record = countPlacements(epochs)
        for (const one of [record.onMapped, record.elsewhere]) {
          const all = one.reachable + one.dark
          expect(one.atLeast).toBeLessThanOrEqual(all === 0 ? 0 : one.reachable / all)
          expect(one.atMost).toBeGreaterThanOrEqual(all === 0 ? 1 : one.reachable / all)
        }
        expect(record.chance).toBeGreaterThan(0)
        expect(record.chance).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('another placement that agrees makes it surer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (here, there) => {
        const fewer = countPlacements([...times(here, up('a')), ...times(there, dark('b'))])
        const more = countPlacements([...times(here + 1, up('a')), ...times(there, dark('b'))])
        expect(more.chance).toBeLessThan(fewer.chance)
        expect(more.onMapped.atLeast).toBeGreaterThan(fewer.onMapped.atLeast)
      }),
    )
  })
})
