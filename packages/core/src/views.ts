import { proberOffline } from './causes/prober-offline.ts'
import type { AgentPoint } from './probing/agent-point.ts'
import type { ApiPoint } from './probing/api-point.ts'
import { diagnose, ruleOut } from './diagnosis/diagnose.ts'
import { degradedText } from './diagnosis/degraded.ts'
import { hopsOf } from './diagnosis/hops.ts'
import { kubectl, resourceName } from './remedies/commands.ts'
import type { Incident } from './model/incident.ts'
import type { Outcome } from './model/outcome.ts'
import type { Path } from './route/path.ts'
import { kubectlOf } from './remedies/kubectl.ts'
import { incidentBeside } from './incidents/beside.ts'
import { MOST_ENTRIES, MOST_OF_ONE, whyNoBalancer } from './route/entries.ts'
import { lbPending } from './causes/without-incident.ts'
import { listed, ownerOf, wherePodsAre } from './causes/words.ts'
import { worstSymptom } from './incidents/symptoms.ts'
import { isExcused } from './incidents/planned.ts'
import { explainRoutes, readRoutes, routesNote, routesOf, shortened, unprobedNote } from './edge/views.ts'
import { foresee } from './forecast/foresee.ts'
import { seenAt, type ProbeHistory } from './probing/probe-history.ts'
import { assess } from './diagnosis/assess.ts'
import { proberTrouble } from './diagnosis/build-context.ts'
import { annotationFault } from './route/probe-settings.ts'
import type { ClusterState } from './state.ts'
import type { TargetTrack } from './incidents/target-track.ts'
import { decides, failingPoints, type TrackedPoint } from './probing/tracked-point.ts'
import type { TargetExplanation, TargetView, VantageView } from './model/view.ts'

/** What `watch` shows: every mapped port, in the order of its number. */
export function readTargets(state: Readonly<ClusterState>): TargetView[] {
  return [...state.ports.tracks.values()]
    .map((track) => viewOf(state, track))
    .sort((a, b) => a.hostPort - b.hostPort || a.id.localeCompare(b.id))
}

/** The same of one port; null when it is not mapped. */
export function readTarget(state: Readonly<ClusterState>, target: string): TargetView | null {
  const track = state.ports.tracks.get(target)
  return track === undefined ? null : viewOf(state, track)
}

export { explainRoutes, readRoutes, routesNote }

/** The targets of all mapped ports. */
export function watchedTargets({ ports }: Readonly<ClusterState>): string[] {
  return [...ports.tracks.keys()]
}

/** What clients may come in by and is not looked at, in sentences for people. */
export function unwatched({ name, inventory, ports }: Readonly<ClusterState>): string[] {
  const sentences: string[] = []
  if (ports.leftOut.length > 0) {
    const names = shortened(ports.leftOut)
    sentences.push(
      `${name} has more ways in than the ${MOST_ENTRIES} that are looked at, ${MOST_OF_ONE} to one Service: left out are some of ${listed(names)}.`,
    )
  }
  const others = [...inventory.otherRoutes.values()].map((one) => `${one.kind} ${one.namespace}/${one.name}`)
  if (others.length > 0) {
    sentences.push(
      `${name} has routes that are listed and not probed: ${listed(shortened(others))}. The ports of their Gateways are probed as ports.`,
    )
  }
  for (const service of inventory.services.values()) {
    const why = whyNoBalancer(inventory, service)
    const isPending = (service.balancerAddresses ?? []).length === 0
    if (why !== null) sentences.push(isPending ? `${why} (${lbPending.cause})` : why)
  }
  return sentences
}

/** How a port leads into the cluster as it is now; null where it is not mapped. */
export function pathOf({ ports }: Readonly<ClusterState>, target: string): Path | null {
  return ports.tracks.get(target)?.path ?? null
}

/** Somebody is to look at this: of anything else an outcome says nothing. */
export function isProbed({ probing }: Readonly<ClusterState>, { target, vantage }: Outcome): boolean {
  const plan = `${target}@${vantage}`
  return probing.planUsers.has(plan) || probing.fabricHistories.has(plan)
}

/** The targets that agents look at beside the ports: their peers, the cluster's DNS and API server, kube-proxy. */
export function targetsBeside({ probing }: Readonly<ClusterState>): string[] {
  return [...probing.fabricHistories.keys()].map((plan) => plan.slice(0, plan.lastIndexOf('@')))
}

/** What `explain` shows of a port; null when it is not mapped. */
export function explainTarget(state: Readonly<ClusterState>, target: string, at: number): TargetExplanation | null {
  const track = state.ports.tracks.get(target)
  if (track === undefined) return null
  const assessment = assess(state, track, at)
  const isMeant = track.state !== 'by_design'
  const dark = isMeant && failingPoints(track, state.probing).length > 0
  const verdict = dark
    ? diagnose(assessment, {
        since: (cause) => track.holding.get(cause),
        darkSince: at,
        previous: track.incident?.cause ?? null,
      })
    : null
  const incident = incidentBehind(state, track)
  const said = dark ? (incident ?? verdict) : null
  return {
    target: viewOf(state, track),
    hops: hopsOf(assessment),
    incident,
    ruledOut: said === null ? [] : ruleOut(assessment, [said.cause, ...said.candidates]),
    epochs: assessment.context.epochs.map((epoch) => ({ ...epoch })),
    foreseen: foresee(state)?.byTarget.get(target) ?? null,
    routes: explainRoutes(state, at).filter(({ route }) => route.port === target),
  }
}

/** Why the port is dark: an incident of its own, or that of another way to the same pods. */
function incidentBehind(state: Readonly<ClusterState>, track: TargetTrack): Incident | null {
  return track.incident ?? (track.state === 'down' ? incidentBeside(state, track) : null)
}

export function openIncidents(state: Readonly<ClusterState>): Incident[] {
  const tracks = [...state.ports.tracks.values(), ...state.edge.tracks.values()]
  return tracks.flatMap((track) => track.incident ?? [])
}

/** The open incident of a port; null where it has none. */
export function incidentOf({ ports }: Readonly<ClusterState>, target: string): Incident | null {
  return ports.tracks.get(target)?.incident ?? null
}

/** A drain or rollout explains the open incident, and it is not time yet to call somebody. */
export function isPlanned(state: Readonly<ClusterState>, target: string, at: number): boolean {
  const track = state.ports.tracks.get(target)
  return track !== undefined && isExcused(track, at)
}

function viewOf(state: Readonly<ClusterState>, track: TargetTrack): TargetView {
  const { path } = track
  const { mapping, route } = path
  const workload = path.workloads[0]
  const at = Math.max(track.since, ...track.points.map((point) => seenAt(point.history) ?? 0))
  const trouble = proberTrouble(state, track, at)
  const said = incidentBehind(state, track)
  return {
    id: mapping.target,
    cluster: state.name,
    entry: mapping.entry,
    hostPort: mapping.hostPort,
    protocol: mapping.protocol,
    listenAddresses: mapping.listenAddresses,
    ...(path.container.provider !== undefined && { provider: path.container.provider }),
    node: path.container.name,
    containerPort: mapping.containerPort,
    route: route.kind,
    service: route.kind === 'nodePort' ? `${route.service.namespace}/${route.service.name}` : null,
    workload: workload === undefined ? null : `${workload.kind}/${workload.namespace}/${workload.name}`,
    state: track.state,
    since: track.incident?.darkSince ?? track.since,
    cause: trouble === null ? (said?.cause ?? null) : proberOffline.cause,
    symptom: worstSymptom(state, track),
    vantages: [
      ...track.points.map((point) => vantageView(state, track, point)),
      ...track.agentPoints.map(agentView),
      ...track.apiPoints.map(apiView),
    ],
    answered: track.answered,
    attempts: track.attempts,
    pods: path.pods.map((pod) => ({
      name: pod.name,
      node: pod.node,
      serves: path.endpoints.some((one) => one.podUID === pod.uid && one.serves),
    })),
    expectedUp: track.epoch.expectedUp,
    darkProbability: foresee(state)?.byTarget.get(mapping.target)?.darkProbability ?? null,
    spoken: spokenOf(state, track),
    transitions: track.transitionCount,
    degraded: degradedText(state, track),
    note:
      trouble ??
      byDesign(track) ??
      track.note ??
      outOfReach(state, track) ??
      annotationFault(path) ??
      notProbed(track, kubectlOf(state.settings)) ??
      chosenPort(track) ??
      unprobedNote(state, mapping.target),
    lastOkAt: Math.max(0, ...track.points.filter(isOwn).map((point) => point.history.lastOkAt ?? 0)) || null,
    incident: said?.id ?? null,
    routes: routesOf(state, mapping.target),
  }
}

function apiView({ vantage, target, address, port, history }: ApiPoint): VantageView {
  const why = 'the API server leads there: it explains, it does not decide'
  return { vantage, target, address, port, decides: false, why, ...seenBy(history) }
}

function agentView({ vantage, target, address, port, from, history }: AgentPoint): VantageView {
  return {
    vantage,
    target,
    address,
    port,
    decides: false,
    why: `the agent on ${from} explains, it does not decide`,
    ...seenBy(history),
  }
}

function byDesign({ state, path }: TargetTrack): string | null {
  if (state !== 'by_design') return null
  return `${ownerOf(path)} has externalTrafficPolicy Local and ${wherePodsAre(path)}: ${path.container.name} drops the packets for it, by design.`
}

/** An address of the cluster's network that this host may have no way to. */
function outOfReach(
  { probing }: Readonly<ClusterState>,
  { path: { mapping }, state, points }: TargetTrack,
): string | null {
  const isTried = points.some(({ history }) => history.failures > 0)
  if (mapping.entry === 'hostPort' || state !== 'unknown' || probing.nodeAddressAnswers || !isTried) return null
  return `${mapping.listenAddresses[0]} has not answered so far, and neither has any node: this host may have no route to the network of the nodes.`
}

function isOwn(point: TrackedPoint): boolean {
  return point.role !== 'witness' && point.role !== 'note'
}

function spokenOf(state: Readonly<ClusterState>, { speech }: TargetTrack): TargetView['spoken'] {
  const found = state.probing.protocols.get(speech.identity)
  if (speech.protocol === 'auto' && found !== undefined) return { protocol: found.protocol, why: found.why }
  return { protocol: speech.protocol, why: speech.why }
}

function notProbed({ path, speech }: TargetTrack, words: readonly string[]): string | null {
  if (speech.protocol !== 'off') return null
  if (speech.transport !== 'udp' || path.route.kind !== 'nodePort') return `not probed: ${speech.why}`
  const { service } = path.route
  if (service.annotations['portolan.dev/probe'] === 'off') return `not probed: ${speech.why}`
  const annotate = kubectl(
    { kubectl: words },
    service.namespace,
    'annotate',
    resourceName(service),
    'portolan.dev/hello=TEXT',
  )
  return `not probed: ${speech.why}. Set it: ${annotate} (or portolan.dev/probe=dns)`
}

/** Users of the number of before find nobody, and nothing is mapped there that could be told of. */
function chosenPort({ path, formerPort }: TargetTrack): string | null {
  if (formerPort === null) return null
  const { container, mapping } = path
  return `The engine chose host port ${mapping.hostPort} when ${container.name} was started; before that it was ${formerPort}, where nothing listens now. Give the mapping a hostPort of its own (hostport_random)`
}

/** Desktop engines keep their nodes in a virtual machine: their addresses never answer, and nothing is wrong with that. */
function unroutable({ inventory: { engine } }: Readonly<ClusterState>): string {
  return engine?.desktop === true ? `, whose nodes are inside ${engine.operatingSystem} (address_unroutable)` : ''
}

function vantageView(state: Readonly<ClusterState>, track: TargetTrack, point: TrackedPoint): VantageView {
  const counts = decides(point, track, state.probing)
  return {
    vantage: point.vantage,
    target: point.target,
    address: point.address,
    port: point.port,
    decides: counts,
    why: `${point.why}${counts ? '' : notCounted(state, point)}`,
    ...seenBy(point.history),
  }
}

function notCounted(state: Readonly<ClusterState>, { role }: TrackedPoint): string {
  if (role === 'decides') return '; no port has answered this host at that address so far'
  return role === 'decides once it answered'
    ? `; no node address has answered on this engine so far${unroutable(state)}`
    : ''
}

function seenBy(history: ProbeHistory): Pick<VantageView, 'symptom' | 'at' | 'durationMs' | 'detail'> {
  const { last } = history
  return {
    symptom: last?.symptom ?? null,
    at: seenAt(history),
    durationMs: last?.durationMs ?? null,
    detail: last?.detail ?? last?.excerpt ?? null,
  }
}
