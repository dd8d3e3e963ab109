/** What the collector's API answers with. */
export type {
  ExplanationDocument,
  IncidentDocument,
  LaneDocument,
  LanesDocument,
  PathDocument,
  TargetDocument,
} from '@portolan/wire'
import type { LaneDocument } from '@portolan/wire'

export type ReachDocument = LaneDocument['reach'][number]
export type PlacementDocument = LaneDocument['placement'][number]
export type MoveDocument = LaneDocument['moves'][number]
