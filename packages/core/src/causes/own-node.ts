import { servesOnMappedNode } from '../route/path.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { allAnswer, podsAtOwnNodes } from './inside.ts'
import { isSettling, type Situation } from './situation.ts'
import { freshSymptom, isSure } from './sure.ts'

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
  return own.every(({ sighting }) => isSure(sighting))
    ? own.flatMap(({ sighting }) => freshSymptom(sighting, situation.changedAt) ?? [])
    : []
}

/** How the pods themselves answer there: seen by the agents on their nodes, else by the port of those nodes. */
export function podsThere(situation: Situation): Symptom[] {
  const seen = podsAtOwnNodes(situation)
  return seen.length > 0 ? seen : atOwnNodes(situation)
}

/** The pods answer at a node of their own: to its agent, or at its port to a witness. */
export function answersAtOwnNode(situation: Situation): boolean {
  return (
    allAnswer(podsAtOwnNodes(situation)) ||
    situation.witnesses.some(({ sighting: { last } }) => last !== null && isReachable(last.symptom))
  )
}

/** What a vantage of the port itself saw last of the path as it is; null when nothing. */
export function symptomFrom(situation: Situation, vantage: string): Symptom | null {
  const seen = situation.deciding.find(({ point }) => point.vantage === vantage)
  return seen === undefined ? null : freshSymptom(seen.sighting, situation.changedAt)
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
  const seen = [...situation.deciding, ...situation.witnesses].flatMap(
    ({ sighting }) => freshSymptom(sighting, situation.changedAt) ?? [],
  )
  return seen.length > 0 && !seen.some(isReachable)
}
