import { own } from '../model/own.ts'
import type { PodRule } from '../model/snapshot.ts'

/** A node that may hold the pods. */
export interface Spot {
  /** A pod there answers. */
  lit: boolean
  /** Pods of the group that are there already and stay; on a lit node there is none. */
  pods: number
  labels: Record<string, string>
}

export interface Darkness {
  /** Of no pod being on a lit node, while every node is as busy as the next. */
  probability: number
  /** The rules allow such a placement, be it as unlikely as it may. */
  possible: boolean
}

const HOSTNAME = 'kubernetes.io/hostname'
/** So many or more are everywhere that they may be. */
const MOST_PODS = 1000

/**
 * The scheduler puts one pod after the other on one of the nodes that hold the fewest of them (its default, a
 * preference), as far as the hard rules allow. Without rules on wider domains than a node that is C(dark, r) / C(all, r).
 *
 * @param replicas that are placed, beside those that stay
 * @param rules hard rules on the group's own pods
 * @param onePerNode the pods take a host port
 */
export function darknessOf(
  spots: readonly Spot[],
  replicas: number,
  rules: readonly PodRule[],
  onePerNode: boolean,
): Darkness {
  const perNode = rules.filter((rule) => rule.topologyKey === HOSTNAME)
  const isTogether = perNode.some((rule) => rule.kind === 'together')
  // Where the others are they have to go, or wait.
  if (isTogether && spots.some((spot) => spot.pods > 0)) return { probability: 1, possible: true }
  const pods = isTogether ? Math.min(replicas, 1) : Math.min(replicas, MOST_PODS)
  const cap = Math.min(
    onePerNode || perNode.some((rule) => rule.kind === 'apart') ? 1 : Number.POSITIVE_INFINITY,
    ...perNode.filter((rule) => rule.kind === 'spread').map((rule) => rule.maxSkew),
  )
  const wide = rules.filter((rule) => rule.topologyKey !== HOSTNAME)
  const classes = classesOf(spots, wide)
  const field = { classes, rules: wide, cap, isSymmetric: areAlike(classes, wide) }
  const staying = field.classes.map(({ dark, level }) => dark * level)
  return { probability: chance(field, staying, pods, new Map()), possible: canBeDark(field, staying, pods, new Set()) }
}

/** Nodes that the wide rules cannot distinguish, and that hold as many pods. */
interface NodeClass {
  /** Pods that stay on each of them. */
  level: number
  /** Its domain under each wide rule. */
  domains: string[]
  dark: number
  lit: number
}

interface Field {
  classes: NodeClass[]
  isSymmetric: boolean
  rules: readonly PodRule[]
  /** Most pods that one node can hold. */
  cap: number
}

function classesOf(spots: readonly Spot[], rules: readonly PodRule[]): NodeClass[] {
  const classes = new Map<string, NodeClass>()
  for (const spot of spots) {
    const domains = rules.map((rule) => own(spot.labels, rule.topologyKey) ?? '')
    const key = JSON.stringify([domains, spot.pods])
    const found = classes.get(key) ?? { domains, level: spot.pods, dark: 0, lit: 0 }
    classes.set(key, found)
    found[spot.lit ? 'lit' : 'dark'] += 1
  }
  return [...classes.values()]
}

/**
 * @param placed pods on the dark nodes of each class, those that stay among them; on lit ones there is none yet
 * @param known what was worked out before, by `placed`
 */
function chance(field: Field, placed: readonly number[], left: number, known: Map<string, number>): number {
  if (left === 0) return 1
  const key = keyOf(field, placed)
  const before = known.get(key)
  if (before !== undefined) return before
  const open = allowed(field, placed)
  const lit = sum(open.map((one) => field.classes[one]?.lit ?? 0))
  const level = Math.min(...open.map((one) => levelOf(field, placed, one)))
  if (lit > 0 && level > 0) return 0
  const spots = open.map((one) => ({ one, nodes: nodesAt(field, placed, one, level) })).filter(({ nodes }) => nodes > 0)
  const all = lit + sum(spots.map(({ nodes }) => nodes))
  const result =
    all === 0
      ? 1
      : sum(spots.map(({ one, nodes }) => (nodes / all) * chance(field, plusOne(placed, one), left - 1, known)))
  known.set(key, result)
  return result
}

/** The same for placements that only change the places of classes which no rule can distinguish. */
function keyOf({ classes, isSymmetric }: Field, placed: readonly number[]): string {
  if (!isSymmetric) return placed.join()
  return classes
    .map(({ dark, lit }, one) => `${dark}/${lit}/${placed[one]}`)
    .sort()
    .join()
}

/** Under each rule the classes are all in one domain, or each in one of its own. */
function areAlike(classes: readonly NodeClass[], rules: readonly PodRule[]): boolean {
  return rules.every((_, rule) => {
    const domains = new Set(classes.map((one) => one.domains[rule]))
    return domains.size === 1 || domains.size === classes.length
  })
}

/** Pods on the emptiest dark node of a class; Infinity where they are all full, or there is none. */
function levelOf({ classes, cap }: Field, placed: readonly number[], one: number): number {
  const dark = classes[one]?.dark ?? 0
  const level = dark === 0 ? Number.POSITIVE_INFINITY : Math.floor((placed[one] ?? 0) / dark)
  return level < cap ? level : Number.POSITIVE_INFINITY
}

/** How many of a class's dark nodes hold just `level` pods: they fill evenly. */
function nodesAt(field: Field, placed: readonly number[], one: number, level: number): number {
  const dark = field.classes[one]?.dark ?? 0
  return Number.isFinite(level) && levelOf(field, placed, one) === level ? dark - ((placed[one] ?? 0) % dark) : 0
}

function canBeDark(field: Field, placed: readonly number[], left: number, tried: Set<string>): boolean {
  if (left === 0) return true
  const key = keyOf(field, placed)
  if (tried.has(key)) return false
  tried.add(key)
  const open = allowed(field, placed)
  const roomy = open.filter((one) => (placed[one] ?? 0) < (field.classes[one]?.dark ?? 0) * field.cap)
  if (roomy.length === 0) return open.every((one) => field.classes[one]?.lit === 0)
  return roomy.some((one) => canBeDark(field, plusOne(placed, one), left - 1, tried))
}

/** Classes that the wide rules leave open to the next pod. */
function allowed({ classes, rules }: Field, placed: readonly number[]): number[] {
  const tallies = rules.map((_, index) => {
    const tally = new Map<string, number>()
    classes.forEach(({ domains }, one) => {
      const domain = domains[index] ?? ''
      tally.set(domain, (tally.get(domain) ?? 0) + (placed[one] ?? 0))
    })
    return tally
  })
  const isFirst = placed.every((pods) => pods === 0)
  const fits = (rule: PodRule, pods: number, least: number) => {
    switch (rule.kind) {
      case 'together':
        return isFirst || pods > 0
      case 'apart':
        return pods === 0
      case 'spread':
        return pods + 1 - least <= rule.maxSkew
    }
  }
  return classes.flatMap(({ domains }, one) =>
    rules.every((rule, index) => {
      const tally = tallies[index] ?? new Map<string, number>()
      return fits(rule, tally.get(domains[index] ?? '') ?? 0, Math.min(...tally.values()))
    })
      ? [one]
      : [],
  )
}

function plusOne(placed: readonly number[], one: number): number[] {
  return placed.map((pods, index) => (index === one ? pods + 1 : pods))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
