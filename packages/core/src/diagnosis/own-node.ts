import { servesOnMappedNode } from '../path.ts'
import { isHurried, seenAt } from '../sighting.ts'
import { isReachable, type Symptom } from '../symptom.ts'
import { isSettling, type Seen, type Situation } from './situation.ts'

/** A pod that has been ready for less may still be starting what it is to listen with. */
const STARTING_MS = 60_000

/**
 * What was seen of the port at the nodes that hold its pods themselves, where no other node is on the way: at the
 * witnesses, and at the mapped node where it holds a pod. Nothing, as long as one of them has failed only once or in a
 * hurry.
 */
export function atOwnNodes(situation: Situation): Symptom[] {
  const mapped = situation.deciding.filter(({ point }) => point.vantage === 'host/node-address')
  const own = [...situation.witnesses, ...(servesOnMappedNode(situation.path) ? mapped : [])]
  return own.every(isSure) ? own.flatMap((seen) => freshSymptom(seen, situation) ?? []) : []
}

/** So long without any answer outweighs that the last deadline was a short one: probes with the full one ran beside it. */
const SURE_MS = 2000

/** A short deadline proves nothing, nor does one failure. */
function isSure({ sighting }: Seen): boolean {
  const { last, failures, firstFailureAt } = sighting
  if (last === null || isReachable(last.symptom)) return true
  return failures >= 2 && (!isHurried(sighting) || last.startedAt - (firstFailureAt ?? last.startedAt) >= SURE_MS)
}

/** What a vantage of the port itself saw last of the path as it is; null when nothing. */
export function symptomFrom(situation: Situation, vantage: string): Symptom | null {
  const seen = situation.deciding.find(({ point }) => point.vantage === vantage)
  return seen === undefined ? null : freshSymptom(seen, situation)
}

function freshSymptom({ sighting }: Seen, { changedAt }: Situation): Symptom | null {
  const at = seenAt(sighting)
  return sighting.last === null || at === null || (changedAt !== null && at < changedAt) ? null : sighting.last.symptom
}

/** It answered while its path was what it is now: what was always wrong is out of the question. */
export function answeredAsItIs({ deciding, witnesses, changedAt }: Situation): boolean {
  return [...deciding, ...witnesses].some(
    ({ sighting }) => sighting.lastOkAt !== null && sighting.lastOkAt >= (changedAt ?? 0),
  )
}

/** Every pod has been there for long enough to be judged by what it does. */
export function isWarm(situation: Situation): boolean {
  const serving = situation.path.endpoints.filter((one) => one.serves)
  return (
    serving.length > 0 &&
    !isSettling(situation) &&
    serving.every(({ pod }) => pod === null || (pod.ready && situation.at - pod.readySince >= STARTING_MS))
  )
}

/** Nothing that was seen of the port, from anywhere, is an answer. */
export function isDarkEverywhere(situation: Situation): boolean {
  const seen = [...situation.deciding, ...situation.witnesses].flatMap((one) => freshSymptom(one, situation) ?? [])
  return seen.length > 0 && !seen.some(isReachable)
}
