import {
  type Change,
  type ClusterState,
  type Incident,
  isPlanned,
  isRoute,
  openIncidents,
  readTarget,
  type TargetView,
  watchedTargets,
} from '@portolan/core'
import { createTurns } from '@portolan/runtime'
import { backMessage, darkSentence } from '../event-words.ts'
import type { Book } from './book.ts'

/** As in the alert rules: a short gap calls nobody. */
const DARK_FOR_MS = 3000
const ROUTE_BROKEN_FOR_MS = 15_000
/** Of a port that is said to come and go anyway. */
const FLAPPING_DARK_FOR_MS = 60_000
const AT_RISK_FOR_MS = 60_000

type IsSilenced = (target: { cluster: string; id: string }, at: number) => boolean

/** Enters open incidents that are to be reported: neither planned, nor silenced, nor too short. */
export function lookAtIncidents(book: Book, states: Iterable<ClusterState>, isSilenced: IsSilenced, at: number): void {
  for (const state of states) {
    for (const incident of openIncidents(state)) {
      if (isExcused(book, state, incident, isSilenced, at)) continue
      const { id, cluster, target } = incident
      const summary = darkSentence(incident)
      book.begins('incident', id, {
        type: 'incident.opened',
        at,
        cluster,
        target,
        summary,
        incident,
        darkProbability: null,
      })
    }
  }
}

function isExcused(book: Book, state: ClusterState, incident: Incident, isSilenced: IsSilenced, at: number): boolean {
  const { cluster, target, cause, darkSince } = incident
  if (isSilenced({ cluster, id: target }, at)) return true
  if (!isRoute(target)) {
    const isLong = at - darkSince > (book.on('flapping', incident) === null ? DARK_FOR_MS : FLAPPING_DARK_FOR_MS)
    return !isLong || isPlanned(state, target, at)
  }
  const port = state.edge.tracks.get(target)?.door ?? null
  return (
    cause === 'rollout_gap' ||
    at - darkSince <= ROUTE_BROKEN_FOR_MS ||
    (port !== null && isSilenced({ cluster, id: port }, at))
  )
}

/** Enters the end of an incident that was reported. */
export function closeIncident(book: Book, change: Change): void {
  if (change.type !== 'incident.closed') return
  const { at, cluster, target, incident } = change
  // Another one of the port may be open by now.
  if (book.on('incident', incident) !== incident.id) return
  const summary = backMessage(incident, at)
  book.ends('incident', { type: 'incident.closed', at, cluster, target, summary, incident, darkProbability: null })
}

/** Enters which ports come and go, and which answer by luck. @returns looks at every port, in turns with other work */
export function createPortLook(book: Book, isSilenced: IsSilenced) {
  /** Since when each port has been at risk. */
  const since = new Map<string, number>()

  function look(target: TargetView, at: number): void {
    const { cluster, id, state, darkProbability } = target
    const port = { at, cluster, target: id, incident: null }
    const calls = !isSilenced(target, at)
    if (state === 'flapping') {
      const summary = `${id} comes and goes`
      if (calls) book.begins('flapping', 'so', { ...port, type: 'flapping.began', summary, darkProbability: null })
    } else if (state !== 'unknown') {
      const summary = `${id} does not come and go any more`
      book.ends('flapping', { ...port, type: 'flapping.ended', summary, darkProbability: null })
    }
    // Of a port that is dark, or of which too little is known, it says nothing new.
    if (state !== 'up' || darkProbability === null) return
    const key = `${cluster}/${id}`
    if (darkProbability === 0) {
      since.delete(key)
      const summary = `${id} answers wherever its pods run next`
      return book.ends('risk', { ...port, type: 'risk.ended', summary, darkProbability })
    }
    const began = since.get(key) ?? at
    since.set(key, began)
    if (at - began < AT_RISK_FOR_MS || !calls) return
    const chance = `${Math.round(darkProbability * 100)} %`
    const summary = `${id} is at risk: the next reschedule of its pods leaves it dark with a probability of ${chance}`
    book.begins('risk', 'so', { ...port, type: 'risk.began', summary, darkProbability })
  }

  return async (states: readonly ClusterState[], now: () => number): Promise<void> => {
    const turn = createTurns()
    const present = new Set<string>()
    for (const state of states) {
      for (const id of watchedTargets(state)) {
        await turn()
        const target = readTarget(state, id)
        if (target !== null) look(target, now())
        present.add(`${state.name}/${id}`)
      }
    }
    for (const key of since.keys()) if (!present.has(key)) since.delete(key)
  }
}
