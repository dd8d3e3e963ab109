import type { Epoch } from '../model/epoch.ts'

/** How a port fared in placements of one kind. A placement without a pod that stays, or without an outcome, is not counted. */
export interface PlacementTally {
  /** Placements in which nine of ten probes or more were answered. */
  reachable: number
  /** Those in which nine of ten or more failed. */
  dark: number
  /** The rest: some answered, some did not. */
  unsteady: number
  /** 95 % sure: the share of such placements in which the port is reachable is between these (Clopper and Pearson). */
  atLeast: number
  atMost: number
}

/** Counted by placement epochs, since probes within one epoch are not independent of each other. */
export interface PlacementRecord {
  /** A pod that serves was on the mapped node. */
  onMapped: PlacementTally
  elsewhere: PlacementTally
  /**
   * How probable a split between the two as clear as this one would be, were the place of no matter (Fisher's exact
   * test, one-sided: more reachable on the mapped node); 1 where one of the two was never seen.
   */
  chance: number
}

const STEADY = 0.9
const SURE = 0.05

/** How the port fared in one placement; null where nothing was seen of it, or where no pod was to stay. */
export function fateOf({ podNodes, leaving, answered, failed }: Epoch): 'reachable' | 'dark' | 'unsteady' | null {
  if (podNodes.length === 0 || leaving || answered + failed === 0) return null
  const share = answered / (answered + failed)
  return share >= STEADY ? 'reachable' : share <= 1 - STEADY ? 'dark' : 'unsteady'
}

export function countPlacements(epochs: readonly Epoch[]): PlacementRecord {
  const seen = epochs.filter((epoch) => fateOf(epoch) !== null)
  const onMapped = tally(seen.filter((epoch) => epoch.podNodes.includes(epoch.mappedNode)))
  const elsewhere = tally(seen.filter((epoch) => !epoch.podNodes.includes(epoch.mappedNode)))
  return { onMapped, elsewhere, chance: chanceOfSplit(onMapped, elsewhere) }
}

/** The place of the pods decides, as far as so few placements can show it. */
export function splitsByPlacement({ chance }: PlacementRecord): boolean {
  return chance <= SURE
}

/** It fails and answers within one placement: nothing moved, so the place is not what makes it flap. */
export function failsWithinPlacements({ onMapped, elsewhere }: PlacementRecord): boolean {
  const unsteady = onMapped.unsteady + elsewhere.unsteady
  return unsteady > 0 && unsteady >= onMapped.dark + elsewhere.dark
}

/** Both sides of the record, as a person would say them; null where one of them was never seen. */
export function comparedText(record: PlacementRecord, mappedNode: string): string | null {
  const isCompared = countOf(record.onMapped) > 0 && countOf(record.elsewhere) > 0
  return isCompared ? placementsText(record, mappedNode) : null
}

/** The record; null where nothing was counted. */
export function placementsText({ onMapped, elsewhere, chance }: PlacementRecord, mappedNode: string): string | null {
  const counts = [tallyText(onMapped, `on ${mappedNode}`), tallyText(elsewhere, 'elsewhere')]
  const seen = counts.filter((count) => count !== null)
  if (seen.length === 0) return null
  return `reachable in ${seen.join(', in ')}${seen.length === 2 ? ` (${sureText(chance)})` : ''}`
}

function tallyText(one: PlacementTally, where: string): string | null {
  const all = countOf(one)
  return all === 0 ? null : `${one.reachable} of ${all} placement${all === 1 ? '' : 's'} ${where}`
}

function sureText(chance: number): string {
  if (chance > SURE) return 'too few to conclude that the node matters'
  const odds = [1000, 100, 20].find((one) => chance <= 1 / one)
  return `the node matters: such a split happens by chance less than once in ${odds} times`
}

const countOf = ({ reachable, dark, unsteady }: PlacementTally) => reachable + dark + unsteady

function tally(epochs: readonly Epoch[]): PlacementTally {
  const fates = epochs.map(fateOf)
  const reachable = fates.filter((fate) => fate === 'reachable').length
  const dark = fates.filter((fate) => fate === 'dark').length
  const all = fates.length
  return {
    reachable,
    dark,
    unsteady: all - reachable - dark,
    atLeast: reachable === 0 ? 0 : bisect((share) => atLeastOf(all, reachable, share) < SURE),
    atMost: reachable === all ? 1 : bisect((share) => 1 - atLeastOf(all, reachable + 1, share) > SURE),
  }
}

/** The probability of `hits` or more in `all` tries. */
function atLeastOf(all: number, hits: number, share: number): number {
  const odds = Math.log(share) - Math.log1p(-share)
  // As logarithms: a first term too small for a number must not make the others 0.
  let term = logChoose(all, hits) + hits * odds + all * Math.log1p(-share)
  let sum = 0
  for (let n = hits; n <= all; n++) {
    sum += Math.exp(term)
    term += Math.log((all - n) / (n + 1)) + odds
  }
  return sum
}

/** The share between 0 and 1 up to which `holds`, to a millionth. */
function bisect(holds: (share: number) => boolean): number {
  let [low, high] = [0, 1]
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

function chanceOfSplit(onMapped: PlacementTally, elsewhere: PlacementTally): number {
  const [here, there] = [countOf(onMapped), countOf(elsewhere)]
  const reachable = onMapped.reachable + elsewhere.reachable
  if (here === 0 || there === 0) return 1
  let sum = 0
  for (let n = onMapped.reachable; n <= Math.min(here, reachable); n++) {
    sum += Math.exp(logChoose(here, n) + logChoose(there, reachable - n) - logChoose(here + there, reachable))
  }
  return Math.min(1, sum)
}

function logChoose(all: number, some: number): number {
  if (some < 0 || some > all) return Number.NEGATIVE_INFINITY
  let sum = 0
  for (let n = 1; n <= some; n++) sum += Math.log((all - some + n) / n)
  return sum
}
