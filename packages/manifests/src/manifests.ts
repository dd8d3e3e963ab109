import { type Doubt, type Flaw, type ObjectRef, own, type PreflightWorld } from '@portolan/core'
import type * as z from 'zod/mini'
import { type Around, isAround, noteAround, nothingAround, type Template } from './around/around.ts'
import { missingData, wordsBeside } from './around/data.ts'
import { type Fields, fieldsOf, listOf } from './around/fields.ts'
import { doubtOfService } from './around/bounds.ts'
import { doubtOfPods } from './around/doubts.ts'
import { isGuard } from './around/guards.ts'
import { chunksOf, findingsOf, isPart } from './chunks.ts'
import { finderOf, isExposed, mayAnswer, mayBeCustom, mayBeExposed, plainKind } from './concern.ts'
import { DIALECTS } from './dialect.ts'
import { type Chunk, type Parsed, parseChunk } from './document.ts'
import { type Place, placeKey, type Places } from './place.ts'
import { changeFinder } from './kustomized.ts'
import type { Findings } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import type { Source } from './source.ts'
import { isExpression, reportTemplate } from './template.ts'
import { isCustom, trimAutoscaler, trimCustom, trimHttpScaler, trimKedaScaler } from './trim/custom.ts'
import { oddForm } from './trim/form.ts'
import { trimIngress, trimIngressClass, trimNetworkPolicy } from './trim/network.ts'
import { forbiddenBy } from './trim/pod-security.ts'
import * as schema from './trim/schema.ts'
import { loneFlaw, workloadFlaw } from './trim/flaw.ts'
import { neededFamilies, serviceFlaw, trimEndpoints, trimService } from './trim/service.ts'
import { trimVolume, trimVolumeClaim } from './trim/volume.ts'
import { trimPod, trimWorkload } from './trim/workload.ts'

type Collected = {
  [K in
    | 'services'
    | 'superseded'
    | 'slices'
    | 'workloads'
    | 'pods'
    | 'policies'
    | 'volumes'
    | 'routes'
    | 'customs'
    | 'autoscalers']: PreflightWorld[K][number][]
}

/** The objects of all files that decide who can be reached, and where each stands. */
export interface Manifests extends Collected {
  /** Something among them hands out addresses to Services of type LoadBalancer; null: nothing there, and elsewhere who knows. */
  loadBalancers: true | null
  flaws: Map<string, Flaw>
  doubts: Map<string, Doubt>
  neededFamilies: Map<string, readonly ('IPv4' | 'IPv6')[]>
  places: Places
}

/** Manifests while they are read. */
interface Draft extends Manifests {
  around: Around
  templates: Map<string, Template>
  /** The last one of each name, and those before it. */
  last: Map<string, ObjectRef>
  replaced: Set<ObjectRef>
}

interface Reader {
  schema: z.ZodMiniType
  add(manifests: Draft, object: never, kind: string): { kind: string; namespace: string; name: string } | null
  /** What is wrong with the object by itself. */
  flaw?(object: never, apiVersion: string): Flaw | null
}

const into =
  <L extends keyof Collected, T>(list: L, trim: (object: T, kind: string) => Collected[L][number] | null) =>
  (manifests: Draft, object: T, kind: string) => {
    const snapshot = trim(object, kind)
    if (snapshot !== null) (manifests[list] as (typeof snapshot)[]).push(snapshot)
    return snapshot
  }

const workload: Reader = {
  schema: schema.workload,
  add: into('workloads', trimWorkload),
  flaw: workloadFlaw,
}
const endpoints: Reader = {
  schema: schema.endpoints,
  add: into('slices', (object: z.output<typeof schema.endpoints>, kind) => trimEndpoints(kind, object)),
}

const READERS: Record<string, Reader> = {
  Deployment: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicaSet: workload,
  ReplicationController: workload,
  Job: workload,
  Pod: {
    schema: schema.pod,
    add: into('pods', trimPod),
    flaw: loneFlaw,
  },
  Service: {
    schema: schema.service,
    add: (manifests, object: z.output<typeof schema.service>) => {
      const snapshot = into('services', trimService)(manifests, object, 'Service')
      if (snapshot !== null) manifests.neededFamilies.set(placeKey(snapshot), neededFamilies(object))
      return snapshot
    },
    flaw: serviceFlaw,
  },
  EndpointSlice: endpoints,
  Endpoints: endpoints,
  NetworkPolicy: { schema: schema.networkPolicy, add: into('policies', trimNetworkPolicy) },
  PersistentVolume: { schema: schema.volume, add: into('volumes', trimVolume) },
  PersistentVolumeClaim: { schema: schema.volumeClaim, add: into('volumes', trimVolumeClaim) },
  Ingress: { schema: schema.ingress, add: into('routes', trimIngress) },
  IngressClass: { schema: schema.ingressClass, add: into('routes', trimIngressClass) },
  HorizontalPodAutoscaler: { schema: schema.autoscaler, add: into('autoscalers', trimAutoscaler) },
}

/** Of objects that are not Kubernetes' own, by API group. */
const KEDA_READERS: Record<string, Reader> = {
  ScaledObject: { schema: schema.kedaScaler, add: into('autoscalers', trimKedaScaler) },
  HTTPScaledObject: { schema: schema.httpScaler, add: into('autoscalers', trimHttpScaler) },
}

const CUSTOM: Reader = { schema: schema.custom, add: into('customs', trimCustom) }

/** Kinds of pods and of what makes them. */
const PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Pod'])

/** Names of what hands out addresses, in whatever installs or configures it. */
const BALANCERS = /metallb|cloud-provider-kind|kube-vip|purelb|openelb|loxilb|klipper-lb|CiliumLoadBalancerIPPool/i

/** Controllers, and arguments of controllers, that serve an Ingress without a class. */
const TAKES_UNNAMED =
  /--watch-ingress-without-class\b(?!=false)|--empty-ingress-class|traefik\.io\/ingress-controller|projectcontour/

/** Kinds that other groups use for something else. */
const GROUPS = /^(v1|(apps|batch)\/v1|autoscaling\/v\w+|discovery\.k8s\.io\/v1|networking\.k8s\.io\/v1)$/

/** Characters up to which every document is read, so that each fault is named, whatever it is about. */
const READ_ALL = 50_000

/**
 * Reads the documents of every source; what it does not know it leaves out. Faults are added to the problems.
 *
 * @param ownClasses the StorageClasses that the clusters bring
 */
export function readManifests(
  sources: readonly Source[],
  findings: Findings,
  ownClasses: readonly string[] = ['standard'],
): Manifests {
  const around = nothingAround(ownClasses)
  const templates = new Map<string, Template>()
  const manifests: Draft = {
    around,
    templates,
    services: [],
    superseded: [],
    slices: [],
    workloads: [],
    pods: [],
    policies: [],
    volumes: [],
    routes: [],
    customs: [],
    autoscalers: [],
    last: new Map(),
    replaced: new Set(),
    loadBalancers: null,
    flaws: new Map(),
    doubts: new Map(),
    neededFamilies: new Map(),
    places: new Map(),
  }
  const read = (chunk: Chunk) => {
    const parsed = parseChunk(chunk, findingsOf(chunk, findings), DIALECTS.kubectl)
    if (parsed !== null) readObject(manifests, parsed, parsed.value, [], findings)
  }
  const chunks = chunksOf(sources, findings)
  const isLong = sources.reduce((size, { text }) => size + text.length, 0) > READ_ALL
  const takesUnnamed = sources.some(({ text }) => TAKES_UNNAMED.test(text))
  manifests.loadBalancers = sources.some(({ text }) => BALANCERS.test(text)) || null
  if (isLong) readWhatConcerns(chunks, manifests, read)
  else chunks.forEach(read)
  leaveOutReplaced(manifests)
  for (const route of manifests.routes) if (route.kind === 'IngressClass') route.takesUnnamed ||= takesUnnamed
  judgeByAround(manifests, findings, wordsBeside(chunks))
  return manifests
}

/** What follows from the objects around the pods, once all of them are read. */
function judgeByAround(
  { around, templates, services, flaws, doubts, places }: Draft,
  { changes }: Pick<Findings, 'changes'>,
  mentioned: () => ReadonlySet<string>,
): void {
  for (const [key, template] of templates) {
    const level = around.levels.get(template.namespace)
    const forbidden = level === undefined ? null : forbiddenBy(level, template.spec)
    if (forbidden !== null && level !== undefined && flaws.get(key)?.kind !== 'refused') {
      const because = `${forbidden}, which namespace ${template.namespace} forbids (pod-security.kubernetes.io/enforce: ${level})`
      flaws.set(key, { kind: 'barred', because })
    }
    const isKustomized = places.get(key)?.chunk.source.from === 'kustomization' // which may make what they need
    const missing = isKustomized ? null : missingData(template.spec, mentioned)
    const doubt =
      doubtOfPods(around, template) ?? (missing === null ? null : { because: missing, cause: 'no_endpoints' as const })
    if (doubt !== null) doubts.set(key, doubt)
  }
  for (const service of services) {
    const doubt = doubtOfService(around, service)
    if (doubt !== null) doubts.set(placeKey(service), doubt)
  }
  const changeOf = changeFinder(changes)
  for (const one of [...templates.values(), ...services]) {
    const doubt = doubtOfKustomized(changeOf(one)?.file, places.get(placeKey(one))?.chunk.source.unnamedBy)
    if (doubt !== null) doubts.set(placeKey(one), doubt)
  }
}

/** It is not applied as it is read, or not at all. */
function doubtOfKustomized(changedBy: string | undefined, unnamedBy: string | undefined): Doubt | null {
  if (changedBy !== undefined) {
    return { because: `is changed by the kustomization ${changedBy}, which was not rendered`, cause: null }
  }
  return unnamedBy === undefined
    ? null
    : { because: `stands in a file that the kustomization ${unnamedBy} beside it does not name`, cause: null }
}

/**
 * Most of what Helm renders concerns no port, and parsing it takes the most time. Pods are read whole once a rule speaks
 * of other pods, or a Service finds none.
 */
function readWhatConcerns(chunks: Chunk[], manifests: Draft, read: (chunk: Chunk) => void): void {
  const isPods = (chunk: Chunk) => PODS.has(plainKind(chunk) ?? '')
  const isKnown = (kind: string | null) =>
    kind === null || Object.hasOwn(READERS, kind) || isAround(kind) || isGuard(kind) || kind.endsWith('List')
  const rest = chunks.filter((chunk) => !isPods(chunk) && (isKnown(plainKind(chunk)) || mayBeCustom(chunk)))
  for (const chunk of rest) if (plainKind(chunk) !== 'Service' || mayBeExposed(chunk)) read(chunk)
  const answers = mayAnswer(manifests.services)
  const { near = [], far = [] } = Object.groupBy(chunks.filter(isPods), (one) => (answers(one) ? 'near' : 'far'))
  near.forEach(read)
  const templates = [
    ...manifests.workloads.map(({ template }) => template),
    ...manifests.pods.map(({ placement }) => placement),
  ]
  const finds = finderOf(templates.map(({ labels }) => labels))
  const isWhole =
    templates.every(({ podRules }) => podRules === undefined) && manifests.services.filter(isExposed).every(finds)
  if (!isWhole) far.forEach(read)
}

/** In each other; one that holds itself has no end. */
const MOST_LISTS = 8

function readObject(
  manifests: Draft,
  parsed: Parsed,
  value: unknown,
  path: (string | number)[],
  findings: Findings,
): void {
  const { problems } = findings
  const { kind, apiVersion, items } = asRecord(value)
  if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) {
    if (path.length >= MOST_LISTS * 2) {
      const message = `has more than ${MOST_LISTS} Lists in each other`
      problems.push({ file: parsed.chunk.source.name, line: parsed.lineAt(path), message })
      return
    }
    items.forEach((item, index) => readObject(manifests, parsed, item, [...path, 'items', index], findings))
    return
  }
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return
  noteAround(manifests.around, kind, apiVersion, fieldsOf(value))
  const reader = GROUPS.test(apiVersion) ? own(READERS, kind) : foreignReader(apiVersion, kind, value)
  if (reader === undefined) return
  if (GROUPS.test(apiVersion) && isPart(parsed.chunk, kind, value)) return
  const read = reader.schema.safeParse(value)
  if (
    !read.success &&
    read.error.issues.some((issue) => isExpression(parsed.document.getIn([...path, ...issue.path])))
  ) {
    reportTemplate(parsed.chunk.source, findings)
    return
  }
  if (!read.success) {
    // What shape an object of somebody else has to have is not for us to say.
    if (GROUPS.test(apiVersion)) problems.push(...schemaProblems(read.error, parsed, path))
    return
  }
  const snapshot = reader.add(
    manifests,
    read.data as never,
    GROUPS.test(apiVersion) ? kind : foreignName(kind, apiVersion),
  )
  const place = { chunk: parsed.chunk, line: parsed.lineAt(path), path }
  if (snapshot === null) return
  const before = manifests.places.get(placeKey(snapshot))
  if (before !== undefined) replaceEarlier(manifests, snapshot, { before, place }, findings)
  manifests.last.set(placeKey(snapshot), snapshot)
  manifests.places.set(placeKey(snapshot), place)
  const given = reader.flaw?.(read.data as never, apiVersion) ?? null
  const flaw = given?.kind === 'refused' ? given : (formFlaw(kind, apiVersion, value) ?? given)
  if (flaw === null) manifests.flaws.delete(placeKey(snapshot))
  else manifests.flaws.set(placeKey(snapshot), flaw)
  if (PODS.has(kind)) manifests.templates.set(placeKey(snapshot), { ...snapshot, ...templateOf(kind, fieldsOf(value)) })
}

/** The API versions that have these kinds. */
const VERSIONS: Record<string, string> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  Pod: 'v1',
  Service: 'v1',
  Job: 'batch/v1',
}

/** Source: RFC 1123. A variable that is not filled in is no name yet. */
const NAMESPACE = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$|^$|\$/

/** kubectl takes no object without a name, of a version that lacks its kind, or with fields that its kind does not have. */
function formFlaw(kind: string, apiVersion: string, value: unknown): Flaw | null {
  const version = own(VERSIONS, kind)
  if (version === undefined || !GROUPS.test(apiVersion)) return null
  const refused = (because: string): Flaw => ({ kind: 'refused', because })
  if (version !== apiVersion) return refused(`there is no ${kind} in ${apiVersion}: write ${version}`)
  const { name, generateName } = fieldsOf(fieldsOf(value)['metadata'])
  if (name == null && generateName == null) return refused('it has no metadata.name')
  const namespace = fieldsOf(fieldsOf(value)['metadata'])['namespace']
  if (typeof namespace === 'string' && !NAMESPACE.test(namespace))
    return refused(`its namespace ${namespace} is no name`)
  const odd = oddForm(kind, value)
  return odd === null ? null : refused(odd)
}

function templateOf(kind: string, value: Fields): Pick<Template, 'labels' | 'spec' | 'claimTemplates'> {
  const ofObject = fieldsOf(value['spec'])
  const pod = kind === 'Pod' ? value : fieldsOf(ofObject['template'])
  return {
    labels: fieldsOf(fieldsOf(pod['metadata'])['labels']) as Record<string, string>,
    spec: fieldsOf(pod['spec']),
    claimTemplates: listOf(ofObject['volumeClaimTemplates']),
  }
}

/** Whatever has a template of pods makes pods, and of the others nobody knows what is made of them. */
function foreignReader(apiVersion: string, kind: string, value: unknown): Reader | undefined {
  const keda = /^(http\.)?keda\.sh\//.test(apiVersion) ? own(KEDA_READERS, kind) : undefined
  if (keda !== undefined) return keda
  const { template } = asRecord(asRecord(value).spec)
  const { labels } = asRecord(asRecord(template).metadata)
  if (isRecord(labels) && workload.schema.safeParse(value).success) return workload
  return isCustom(apiVersion) ? CUSTOM : undefined
}

/** As kubectl names it where Kubernetes has a kind of that name itself: `Service.serving.knative.dev`. */
function foreignName(kind: string, apiVersion: string): string {
  return own(READERS, kind) === undefined ? kind : `${kind}.${apiVersion.split('/')[0]}`
}

/** As `kubectl apply` does: of two objects of one name the last is what the cluster holds in the end. */
function replaceEarlier(
  { last, replaced }: Draft,
  snapshot: ObjectRef,
  { before, place }: { before: Place; place: Place },
  { notes }: Findings,
): void {
  const earlier = last.get(placeKey(snapshot))
  if (earlier !== undefined) replaced.add(earlier)
  const { kind, namespace, name } = snapshot
  const where = `${before.chunk.source.name}:${before.line}`
  const text = `${kind} ${namespace}/${name} is given more than once (before that at ${where}): the last one counts.`
  notes.push({ file: place.chunk.source.name, line: place.line, text })
}

/** All at once: there may be very many. */
function leaveOutReplaced({ replaced, ...manifests }: Draft): void {
  manifests.superseded.push(...manifests.services.filter((one) => replaced.has(one)))
  for (const list of Object.values(manifests)) {
    if (!Array.isArray(list) || list === manifests.superseded) continue
    const left = (list as ObjectRef[]).filter((one) => !replaced.has(one))
    list.length = 0
    for (const one of left) (list as ObjectRef[]).push(one)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}
