import { createKeyIndex, type KeyIndex } from '../cluster/index-by-key.ts'
import type { Incident } from '../model/incident.ts'
import type { TargetTrack } from './target-track.ts'

/** The mapped ports, and what is remembered for those that come. */
export interface Ports {
  /** By target. */
  tracks: Map<string, TargetTrack>
  /** By what their paths hang on (see `keysOfPath`). */
  byKey: KeyIndex<TargetTrack>
  /** The targets of those for whose pods the API server is asked. */
  asked: Set<string>
  /** Open when Portolan stopped; they wait for their port to appear. */
  resumed: Map<string, Incident>
  /** When that was; null where nothing was open. */
  stoppedAt: number | null
  /** Since when everything is known that ports and routes hang on; null while one of them is awaited. */
  knownAt: number | null
  /** The host ports that the engine chose, by node and container port. */
  chosen: Map<string, number>
  /** The ways in that hang on objects, as they were read last. */
  entries: string
  /** Services for whose ports there was no room, as `ns/name`. */
  leftOut: string[]
}

export function createPorts(): Ports {
  return {
    tracks: new Map(),
    byKey: createKeyIndex(),
    asked: new Set(),
    resumed: new Map(),
    stoppedAt: null,
    knownAt: null,
    chosen: new Map(),
    entries: '',
    leftOut: [],
  }
}
