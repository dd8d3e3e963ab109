import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRing, pickFromRing, successorsOnRing } from '../../src/index.ts'

const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { maxLength: 60 })

describe('the ring on which nodes probe each other', () => {
  test('has each node probed by exactly k others, or by all where there are fewer', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 10 }), (nodes, k) => {
        const ring = successorsOnRing(createRing(nodes), k)
        const probed = new Map<string, number>()
        for (const [node, successors] of ring) {
          expect(successors).not.toContain(node)
          expect(new Set(successors).size).toBe(successors.length)
          for (const one of successors) probed.set(one, (probed.get(one) ?? 0) + 1)
        }
        for (const node of nodes) expect(probed.get(node) ?? 0).toBe(Math.min(k, nodes.length - 1))
      }),
    )
  })

  test('changes the lists of k nodes at most when one arrives', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 8 }), (nodes, k) => {
        fc.pre(nodes.length > k + 1)
        const [arriving, ...before] = nodes as [string, ...string[]]
        const old = successorsOnRing(createRing(before), k)
        const now = successorsOnRing(createRing(nodes), k)
        const changed = before.filter((node) => old.get(node)?.join() !== now.get(node)?.join())
        expect(changed.length).toBeLessThanOrEqual(k)
        expect(now.get(arriving)).toHaveLength(k)
      }),
    )
  })

  test('does not depend on the order in which nodes are named', () => {
    fc.assert(
      fc.property(names, (nodes) => {
        const sorted = [...successorsOnRing(createRing([...nodes].sort()))]
        expect([...successorsOnRing(createRing(nodes))]).toEqual(sorted)
      }),
    )
  })
})

describe('who is picked from the ring', () => {
  test('are as many as there are of those wanted, each once, and the same ones each time', () => {
    fc.assert(
      fc.property(names, fc.string(), fc.integer({ min: 0, max: 9 }), (nodes, key, count) => {
        const isWanted = (name: string) => name.length % 2 === 0
        const picked = pickFromRing(createRing(nodes), key, count, isWanted)
        expect(picked).toHaveLength(Math.min(count, nodes.filter(isWanted).length))
        expect(new Set(picked).size).toBe(picked.length)
        expect(picked.every(isWanted)).toBe(true)
        expect(pickFromRing(createRing([...nodes].reverse()), key, count, isWanted)).toEqual(picked)
      }),
    )
  })
})
