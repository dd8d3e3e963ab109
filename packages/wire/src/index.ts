export { decodeBatch, MOST_FACTS } from './batch.ts'
export {
  changeLine,
  type ChangeLine,
  clusterEventLine,
  encodeChange,
  gapLine,
  incidentLine,
  placementLine,
  portState,
  targetState,
  targetStateLine,
} from './change.ts'
export {
  checkDocument,
  type CheckDocument,
  type CheckedPort,
  type CheckNote,
  type CheckRemedy,
  type CheckWarning,
} from './check.ts'
export { clockDocument, type ClockDocument, encodeClock } from './clock.ts'
export { decodeDecided } from './decided.ts'
export {
  encodeEpoch,
  encodeEpochs,
  epochDocument,
  type EpochDocument,
  epochsDocument,
  type EpochsDocument,
} from './epoch.ts'
export {
  encodeExplanation,
  encodePath,
  encodeRouteExplanation,
  explanationDocument,
  type ExplanationDocument,
  hopDocument,
  pathDocument,
  type PathDocument,
  routeExplanationDocument,
  type RouteExplanationDocument,
  routeHopDocument,
} from './explanation.ts'
export { containers, decodeFact, encodeFact } from './fact.ts'
export { faultText } from './fault-text.ts'
export { fleetCausesDocument, type FleetCausesDocument, fleetDocument, type FleetDocument } from './fleet.ts'
export {
  encodeIncident,
  encodeIncidents,
  evidenceDocument,
  incidentDocument,
  type IncidentDocument,
  incidentsDocument,
  type IncidentsDocument,
  remedyDocument,
  vantageSymptoms,
} from './incident.ts'
export { jsonSchemaFiles } from './json-schemas.ts'
export {
  encodeLane,
  encodeLanes,
  laneDocument,
  type LaneDocument,
  lanesDocument,
  type LanesDocument,
  moveDocument,
  placementDocument,
  reachDocument,
} from './lanes.ts'
export { encodeMesh, meshDocument, type MeshDocument } from './mesh.ts'
export { encodeNote, noteDocument, type NoteDocument, notesDocument, type NotesDocument } from './note.ts'
export { encodeNotifications, notificationDocument, type NotificationDocument } from './notification.ts'
export { encodeObjects, objectsDocument, type ObjectsDocument } from './objects.ts'
export {
  encodeProbes,
  probeDocument,
  type ProbeDocument,
  probesDocument,
  type ProbesDocument,
  type StoredProbe,
} from './probes.ts'
export { problemDocument, type ProblemDocument } from './problem.ts'
export { encodeReport, impactDocument, reportDocument, type ReportDocument } from './report.ts'
export { encodeRoute, routeDocument, type RouteDocument, routesDocument, type RoutesDocument } from './route.ts'
export {
  encodeTarget,
  encodeTargets,
  targetDocument,
  type TargetDocument,
  targetsDocument,
  type TargetsDocument,
  vantageDocument,
} from './target.ts'
export { seconds, timestamp, toSeconds, toTimestamp, toTimestampOrNull } from './time.ts'
export { encodeTimeline, timelineDocument, type TimelineDocument } from './timeline.ts'
export { encodeWait, waitDocument, type WaitDocument } from './wait.ts'
export { encodeWatching, watchingLine, type WatchingLine, watchLine, type WatchLine } from './watch-line.ts'
export { whyDocument, type WhyDocument } from './why.ts'
