import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { darknessOf, type Spot } from '../../src/forecast/darkness.ts'
import type { PodRule } from '../../src/model/snapshot.ts'

const HOSTNAME = 'kubernetes.io/hostname'

const spot = (name: string, lit: boolean, zone = '', pods = 0): Spot => ({
  lit,
  pods,
  labels: { [HOSTNAME]: name, zone },
})
const row = (lit: number, dark: number) => [
  ...Array.from({ length: lit }, (_, index) => spot(`lit${index}`, true)),
  ...Array.from({ length: dark }, (_, index) => spot(`dark${index}`, false)),
]
const rule = (kind: PodRule['kind'], topologyKey: string, maxSkew = 0): PodRule => ({
  kind,
  topologyKey,
  selector: { matchLabels: {}, matchExpressions: [] },
  namespaces: [],
  maxSkew,
})

const zones = [spot('a', true, 'east'), spot('b', false, 'east'), spot('c', false, 'west'), spot('d', false, 'west')]

describe('how likely no pod is on the mapped node', () => {
  test.each([
    ['one pod, one of three nodes is mapped', row(1, 2), 1, [], false, 2 / 3, true],
    ['two pods', row(1, 2), 2, [], false, 1 / 3, true],
    ['three pods are kept apart by preference only', row(1, 2), 3, [], false, 0, true],
    ['three pods that share a host port have a node each', row(1, 2), 3, [], true, 0, false],
    ['more pods than nodes for their host port', row(1, 2), 9, [], true, 0, false],
    ['every node is mapped', row(2, 0), 1, [], false, 0, false],
    ['three pods that must be apart', row(1, 2), 3, [rule('apart', HOSTNAME)], false, 0, false],
    ['three pods whose spread must be even', row(1, 2), 3, [rule('spread', HOSTNAME, 1)], false, 0, false],
    ['the same with a skew of two', row(1, 2), 3, [rule('spread', HOSTNAME, 2)], false, 0, true],
    ['pods that must share one node', row(1, 2), 5, [rule('together', HOSTNAME)], false, 2 / 3, true],
    ['two pods, one a zone, one lit node of two in its zone', zones, 2, [rule('apart', 'zone')], false, 1 / 2, true],
    ['two pods in one zone', zones, 2, [rule('together', 'zone')], false, 1 / 2, true],
    ['three pods spread over two zones', zones, 3, [rule('spread', 'zone', 1)], false, 0.25, true],
    [
      'one pod beside another that stays on a dark node',
      [...row(1, 1), spot('b', false, '', 1)],
      1,
      [],
      false,
      0.5,
      true,
    ],
    [
      'one pod, and each dark node holds one that stays',
      [...row(1, 0), spot('b', false, '', 1)],
      1,
      [],
      false,
      0,
      true,
    ],
    ['the same where they must be apart', [...row(1, 0), spot('b', false, '', 1)], 1, [], true, 0, false],
  ])('%s', (_, spots, replicas, rules, onePerNode, probability, possible) => {
    const darkness = darknessOf(spots, replicas, rules, onePerNode)
    expect(darkness.probability).toBeCloseTo(probability, 10)
    expect(darkness.possible).toBe(possible)
  })
})

const clusters = fc.record({
  spots: fc
    .array(
      fc.record({
        lit: fc.boolean(),
        zone: fc.constantFrom('east', 'west', 'south'),
        pods: fc.constantFrom(0, 0, 0, 1, 2),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((all) => all.map(({ lit, zone, pods }, index) => spot(`n${index}`, lit, zone, lit ? 0 : pods)))
    .filter((spots) => spots.some(({ lit }) => lit)),
  replicas: fc.integer({ min: 1, max: 5 }),
  rules: fc
    .array(
      fc.record({
        kind: fc.constantFrom('together' as const, 'apart' as const, 'spread' as const),
        key: fc.constantFrom(HOSTNAME, 'zone'),
        maxSkew: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 2 },
    )
    .map((all) => all.map(({ kind, key, maxSkew }) => rule(kind, key, maxSkew))),
  onePerNode: fc.boolean(),
})

test('it is what placing the pods one by one in every possible way gives, beside those that stay', () => {
  fc.assert(
    fc.property(clusters, ({ spots, replicas, rules, onePerNode }) => {
      const placed = placeAll(spots, replicas, rules, onePerNode, true)
      const darkness = darknessOf(spots, replicas, rules, onePerNode)
      expect(darkness.probability).toBeCloseTo(placed, 10)
      expect(darkness.possible).toBe(placeAll(spots, replicas, rules, onePerNode, false) > 0)
    }),
    { numRuns: 400 },
  )
})

test('without rules it is C(dark, r) / C(all, r), and more pods or more mapped nodes never make it worse', () => {
  const count = fc.integer({ min: 1, max: 6 })
  fc.assert(
    fc.property(count, count, count, (lit, dark, replicas) => {
      const chance = (l: number, d: number, r: number) => darknessOf(row(l, d), r, [], false).probability
      const probability = chance(lit, dark, replicas)
      expect(probability).toBeCloseTo(choose(dark, replicas) / choose(lit + dark, replicas) || 0, 10)
      expect(chance(lit, dark, replicas + 1)).toBeLessThanOrEqual(probability)
      expect(chance(lit + 1, dark - 1, replicas)).toBeLessThanOrEqual(probability)
    }),
  )
})

function choose(n: number, k: number): number {
  return k > n ? 0 : Array.from({ length: k }, (_, index) => (n - index) / (index + 1)).reduce((a, b) => a * b, 1)
}

/**
 * The scheduler by the book: node by node, rule by rule.
 *
 * @param prefers it takes one of the emptiest nodes; without, any that the rules allow
 */
function placeAll(spots: Spot[], replicas: number, rules: PodRule[], onePerNode: boolean, prefers: boolean): number {
  const place = (pods: number[], left: number): number => {
    if (spots.some(({ lit }, index) => lit && (pods[index] ?? 0) > 0)) return 0
    if (left === 0) return 1
    const open = spots.map((_, index) => index).filter((index) => fits(spots, pods, index, rules, onePerNode))
    const least = Math.min(...open.map((index) => pods[index] ?? 0))
    const chosen = prefers ? open.filter((index) => pods[index] === least) : open
    if (chosen.length === 0) return 1
    const chances = chosen.map((index) => place(pods.with(index, (pods[index] ?? 0) + 1), left - 1))
    return chances.reduce((a, b) => a + b, 0) / chosen.length
  }
  return place(
    spots.map(({ pods }) => pods),
    replicas,
  )
}

function fits(spots: Spot[], pods: number[], index: number, rules: PodRule[], onePerNode: boolean): boolean {
  if (onePerNode && (pods[index] ?? 0) > 0) return false
  return rules.every(({ kind, topologyKey, maxSkew }) => {
    const domainOf = (spot: Spot | undefined) => spot?.labels[topologyKey]
    const inDomain = (domain: string | undefined) =>
      pods.reduce((sum, count, one) => sum + (domainOf(spots[one]) === domain ? count : 0), 0)
    const here = inDomain(domainOf(spots[index]))
    switch (kind) {
      case 'together':
        return here > 0 || pods.every((count) => count === 0)
      case 'apart':
        return here === 0
      case 'spread':
        return here + 1 - Math.min(...spots.map((spot) => inDomain(domainOf(spot)))) <= maxSkew
    }
  })
}

test.each([2, 5000, 2 ** 31 - 1])('%d pods are soon worked out', (replicas) => {
  const dark = { lit: false, pods: 0, labels: {} }
  expect(darknessOf([dark, dark], replicas, [], false)).toEqual({ probability: 1, possible: true })
  expect(darknessOf([dark, { ...dark, lit: true }], replicas, [], false).probability).toBe(0)
})

test('24 pods spread over 25 zones are soon worked out', () => {
  const spots = Array.from({ length: 25 }, (_, zone) => ({ lit: zone === 0, pods: 0, labels: { zone: `${zone}` } }))
  const rule = {
    kind: 'spread' as const,
    topologyKey: 'zone',
    maxSkew: 1,
    namespaces: null,
    selector: { matchLabels: {}, matchExpressions: [] },
  }
  const { probability, possible } = darknessOf(spots, 24, [rule], false)
  expect(probability).toBeCloseTo(1 / 25)
  expect(possible).toBe(true)
})
