export { renderCatalogue } from './causes/catalogue.ts'
export {
  AHEAD_MS,
  countOrNone,
  hasBoundedNumbers,
  isPort,
  isTime,
  LATEST_MS,
  LONGEST_MS,
  MOST_COUNTED,
  timeOrUnknown,
} from './model/bounds.ts'
export { type MeshPair, readMesh } from './probing/mesh.ts'
export { agentsOf, isAtItsNode, reportingNodes } from './probing/presence.ts'
export { createRing, pickFromRing, successorsOnRing } from './probing/ring.ts'
export { type Cause, CAUSES, type Confidence } from './model/cause.ts'
export {
  type Change,
  type ClusterEventChange,
  type IncidentChange,
  type MoveKind,
  NOT_RUNNING,
  type PlacementChange,
  type PortState,
  type TargetState,
} from './model/change.ts'
export { isAddress, isForbidden, isLoopback } from './model/address.ts'
export { clusterNameOf, isClusterName } from './model/cluster-name.ts'
export { escapeInJson, mapStrings, printable, printableAll, printableLines, shorten } from './model/printable.ts'
export { CLUSTER_EVENTS, type ClusterEvent, type ClusterEventKind } from './model/cluster-event.ts'
export {
  type BalancedPort,
  BALANCER_PROGRAMS,
  type BalancerProgram,
  type Binding,
  type EngineInfo,
  MOST_BACKENDS,
  MOST_BALANCED_PORTS,
  type NodeContainer,
} from './model/container.ts'
export { shiftedOutcome } from './clock-set.ts'
export {
  AUDIENCE,
  type Batch,
  type BatchedFact,
  CLOCK_HEADER,
  OFFSET_HEADER,
  type Orders,
  PAGE_AUDIENCE,
  type Receipt,
  SENT_HEADER,
  TOKEN_HEADER,
  type Told,
  TRUST,
} from './model/batch.ts'
export type { Decided, Rollup } from './model/decided.ts'
export { durationText } from './model/duration.ts'
export { markdownCode, markdownText } from './model/markdown-text.ts'
export {
  beganText,
  courseOf,
  darkWord,
  laterText,
  moveText,
  onsetText,
  overText,
  routesText,
  summaryText,
  triggerText,
} from './model/onset.ts'
export type { Effect } from './model/effect.ts'
export { type Entry, isPortTarget, withoutKind } from './model/entry.ts'
export type { Epoch } from './model/epoch.ts'
export { type ErrorCode, EXIT, type ExitCode, PortolanError } from './model/error.ts'
export type { Fact, Neighbour, Observation } from './model/fact.ts'
export { hash } from './model/hash.ts'
export { type Evidence, type Incident, NOTHING_TO_DO, type Remedy } from './model/incident.ts'
export { type Agent, knowsAll } from './cluster/inventory.ts'
export {
  drawLane,
  type Gap,
  type Lane,
  type LaneHistory,
  type Outage,
  type ReachState,
  type Stay,
} from './history/lanes.ts'
export { isSilenced, type Note } from './model/note.ts'
export { type Notification, NOTIFICATION_TYPES } from './model/notification.ts'
export { own } from './model/own.ts'
export { type Answer, type EchoCount, type Outcome, type Phase, PHASES } from './model/outcome.ts'
export { beginRun, extendRun, isSameAgain, outcomeOf, type Run } from './model/run.ts'
export {
  comparedText,
  countPlacements,
  failsWithinPlacements,
  fateOf,
  placementsText,
  splitsByPlacement,
} from './causes/placements.ts'
export { percent } from './model/percent.ts'
export type { Assignment, Burst, Observer, ProbePlan } from './model/plan.ts'
export { type Protocol, PROTOCOLS, type Speech } from './model/probe-spec.ts'
export { protocolInName } from './route/probe-settings.ts'
export {
  explainRoutes,
  explainTarget,
  incidentOf,
  isPlanned,
  isProbed,
  openIncidents,
  pathOf,
  readRoutes,
  readTarget,
  readTargets,
  routesNote,
  targetsBeside,
  unwatched,
  watchedTargets,
} from './views.ts'
export type { PortRule, RuleMode, RuleReading } from './model/rule-reading.ts'
export {
  type GatewayClassSnapshot,
  type GatewayListener,
  type GatewayRef,
  type GatewaySnapshot,
  type HostRule,
  type HTTPRouteSnapshot,
  type IngressClassSnapshot,
  type IngressRouteSnapshot,
  type IngressSnapshot,
  OTHER_ROUTES,
  type OtherRouteSnapshot,
  type RouteStatus,
  type SecretRef,
} from './model/edge-snapshot.ts'
export type { Condition } from './model/identified.ts'
export {
  type AddressBlock,
  type ContainerPort,
  type ContainerSnapshot,
  type EndpointSliceSnapshot,
  type EndpointSnapshot,
  type EventSnapshot,
  type IngressAllowance,
  keyOf,
  type LabelSelector,
  type NetworkPolicySnapshot,
  type NodeSelectorTerm,
  type NodeSnapshot,
  type ObjectSnapshot,
  type OwnerRef,
  type PodPlacement,
  type PodRule,
  type PodSnapshot,
  type Requests,
  type Resource,
  RESOURCES,
  type Rollout,
  type ServicePort,
  type ServiceSnapshot,
  type Taint,
  type Toleration,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
  type WorkloadSnapshot,
} from './model/snapshot.ts'
export type { Clock, Log } from './model/surroundings.ts'
export { isReachable, sameClass, type Symptom, SYMPTOMS } from './model/symptom.ts'
export { isRoute, type PodWay, TARGET_NAME, type Vantage, VANTAGE_NAME } from './model/vantage.ts'
export type {
  Hop,
  RouteExplanation,
  RouteHop,
  RouteView,
  TargetExplanation,
  TargetView,
  VantageView,
} from './model/view.ts'
export type { Rule } from './causes/rule.ts'
export { RULES } from './causes/index.ts'
export { foreignNode } from './cluster/foreign-node.ts'
export { cureOf, titleOf } from './causes/title.ts'
export { causeName } from './causes/cause-names.ts'
export { bySight } from './causes/unchecked.ts'
export { matchesLabels, neverFitsBecause, taintText, tolerates } from './cluster/scheduling.ts'
export { type ApiNetworkPolicy, ingressOf } from './cluster/network-policy.ts'
export { type ApiPodRules, podRulesOf, selectorOf } from './cluster/pod-rules.ts'
export type { Route } from './route/claim.ts'
export type { Path, PathEndpoint } from './route/path.ts'
export { reduce } from './reduce.ts'
export { type ApiRollout, rolloutOf } from './cluster/rollout.ts'
export { blindBecause } from './diagnosis/build-context.ts'
export { commandText, operands } from './model/command-text.ts'
export type { Settings } from './model/settings.ts'
export { type ClusterState, createClusterState } from './state.ts'
export { doorOf, mappingName } from './route/mapped-port.ts'
export { type ClusterObjects, objectsOf } from './forecast/cluster-objects.ts'
export { foreseeDrain } from './forecast/drain.ts'
export { drainText } from './forecast/drain-words.ts'
export { foresee } from './forecast/foresee.ts'
export { preflight } from './forecast/preflight.ts'
export type { Drained, DrainedPort, Edit, EditRemedy, Forecast, ObjectRef, PortVerdict } from './model/verdict.ts'
export type {
  AnyWorkload,
  AutoscalerSnapshot,
  ClusterNetwork,
  CustomSnapshot,
  Doubt,
  Flaw,
  PreflightWorld,
  RouteSnapshot,
} from './model/world.ts'
