/** What the collector's API answers with. */
export type {
  ExplanationDocument,
  FleetCausesDocument,
  FleetDocument,
  IncidentDocument,
  LaneDocument,
  LanesDocument,
  MeshDocument,
  PathDocument,
  RouteDocument,
  RouteExplanationDocument,
  TargetDocument,
} from '@portolan/wire'
import type { FleetDocument, LaneDocument, MeshDocument, TargetDocument } from '@portolan/wire'

export type ClusterOfFleet = FleetDocument['clusters'][number]
export type ReachDocument = LaneDocument['reach'][number]
export type PlacementDocument = LaneDocument['placement'][number]
export type MoveDocument = LaneDocument['moves'][number]
export type MeshOfCluster = MeshDocument['clusters'][number]
export type PairDocument = MeshOfCluster['pairs'][number]
export type VantageDocument = TargetDocument['vantages'][number]
