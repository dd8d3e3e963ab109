import { own } from '@portolan/core'
import type { PreflightWorld } from '@portolan/core'
import type { z } from 'zod'
import { isExposed, mayAnswer, mayBeExposed, plainKind } from './concern.ts'
import { chunksOf, findingsOf, isPart } from './chunks.ts'
import { DIALECTS } from './dialect.ts'
import { type Chunk, type Parsed, parseChunk } from './document.ts'
import { placeKey, type Places } from './place.ts'
import type { Findings } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import type { Source } from './source.ts'
import { isExpression, reportTemplate } from './template.ts'
import { trimIngress, trimIngressClass, trimNetworkPolicy } from './trim/network.ts'
import * as schema from './trim/schema.ts'
import { trimEndpoints, trimService } from './trim/service.ts'
import { trimVolume, trimVolumeClaim } from './trim/volume.ts'
import { trimPod, trimWorkload } from './trim/workload.ts'

type Collected = {
  [K in 'services' | 'slices' | 'workloads' | 'pods' | 'policies' | 'volumes' | 'routes']: PreflightWorld[K][number][]
}

/** The objects of all files that decide who can be reached, and where each stands. */
export interface Manifests extends Collected {
  /** Something among them hands out addresses to Services of type LoadBalancer. */
  loadBalancers: boolean
  places: Places
}

interface Reader {
  schema: z.ZodType
  add(manifests: Manifests, object: never, kind: string): { kind: string; namespace: string; name: string } | null
}

const into =
  <L extends keyof Collected, T>(list: L, trim: (object: T, kind: string) => Collected[L][number] | null) =>
  (manifests: Manifests, object: T, kind: string) => {
    const snapshot = trim(object, kind)
    if (snapshot !== null) (manifests[list] as (typeof snapshot)[]).push(snapshot)
    return snapshot
  }

const workload: Reader = {
  schema: schema.workload,
  add: into('workloads', (object: z.output<typeof schema.workload>, kind) =>
    trimWorkload(kind as 'Deployment', object),
  ),
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
  Pod: { schema: schema.pod, add: into('pods', trimPod) },
  Service: { schema: schema.service, add: into('services', trimService) },
  EndpointSlice: endpoints,
  Endpoints: endpoints,
  NetworkPolicy: { schema: schema.networkPolicy, add: into('policies', trimNetworkPolicy) },
  PersistentVolume: { schema: schema.volume, add: into('volumes', trimVolume) },
  PersistentVolumeClaim: { schema: schema.volumeClaim, add: into('volumes', trimVolumeClaim) },
  Ingress: { schema: schema.ingress, add: into('routes', trimIngress) },
  IngressClass: { schema: schema.ingressClass, add: into('routes', trimIngressClass) },
}

/** Kinds of pods and of what makes them. */
const PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'])

/** Kinds that come with something that hands out addresses. */
const BALANCERS = new Set(['IPAddressPool', 'L2Advertisement', 'CiliumLoadBalancerIPPool'])

/** Kinds that other groups use for something else. */
const GROUPS = /^(v1|apps\/v1|discovery\.k8s\.io\/v1|networking\.k8s\.io\/v1)$/

/** Characters up to which every document is read, so that each fault is named, whatever it is about. */
const READ_ALL = 200_000

/** Reads the documents of every source; what it does not know it leaves out. Faults are added to the problems. */
export function readManifests(sources: readonly Source[], findings: Findings): Manifests {
  const manifests: Manifests = {
    services: [],
    slices: [],
    workloads: [],
    pods: [],
    policies: [],
    volumes: [],
    routes: [],
    loadBalancers: false,
    places: new Map(),
  }
  const read = (chunk: Chunk) => {
    const parsed = parseChunk(chunk, findingsOf(chunk, findings), DIALECTS.kubectl)
    if (parsed !== null) readObject(manifests, parsed, parsed.value, [], findings)
  }
  const chunks = chunksOf(sources, findings)
  const isLong = sources.reduce((size, { text }) => size + text.length, 0) > READ_ALL
  manifests.loadBalancers = chunks.some((chunk) => BALANCERS.has(plainKind(chunk) ?? ''))
  if (isLong) readWhatConcerns(chunks, manifests, read)
  else chunks.forEach(read)
  return manifests
}

/**
 * Most of what Helm renders concerns no port, and parsing it takes the most time. Pods are read whole once a rule speaks
 * of other pods, or a Service finds none.
 */
function readWhatConcerns(chunks: Chunk[], manifests: Manifests, read: (chunk: Chunk) => void): void {
  const isPods = (chunk: Chunk) => PODS.has(plainKind(chunk) ?? '')
  const isKnown = (kind: string | null) => kind === null || Object.hasOwn(READERS, kind) || kind.endsWith('List')
  const rest = chunks.filter((chunk) => !isPods(chunk) && isKnown(plainKind(chunk)))
  for (const chunk of rest) if (plainKind(chunk) !== 'Service' || mayBeExposed(chunk)) read(chunk)
  const [near, far] = partition(chunks.filter(isPods), (chunk) => mayAnswer(chunk, manifests.services))
  near.forEach(read)
  const templates = [
    ...manifests.workloads.map(({ template }) => template),
    ...manifests.pods.map(({ placement }) => placement),
  ]
  const finds = ({ selector }: { selector: Record<string, string> }) =>
    templates.some(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value))
  const isWhole =
    templates.every(({ podRules }) => podRules === undefined) && manifests.services.filter(isExposed).every(finds)
  if (!isWhole) far.forEach(read)
}

function partition<T>(all: T[], test: (one: T) => boolean): [T[], T[]] {
  const { yes = [], no = [] } = Object.groupBy(all, (one) => (test(one) ? 'yes' : 'no'))
  return [yes, no]
}

/** In each other; one that holds itself has no end. */
const MOST_LISTS = 8

function readObject(
  manifests: Manifests,
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
  const reader = typeof kind === 'string' && GROUPS.test(String(apiVersion)) ? own(READERS, kind) : undefined
  if (reader === undefined || typeof kind !== 'string') return
  if (isPart(parsed.chunk, kind, value)) return
  const read = reader.schema.safeParse(value)
  if (
    !read.success &&
    read.error.issues.some((issue) => isExpression(parsed.document.getIn([...path, ...issue.path])))
  ) {
    reportTemplate(parsed.chunk.source, findings)
    return
  }
  if (!read.success) {
    problems.push(...schemaProblems(read.error, parsed, path))
    return
  }
  const snapshot = reader.add(manifests, read.data as never, kind)
  const place = { chunk: parsed.chunk, line: parsed.lineAt(path), path }
  if (snapshot !== null) manifests.places.set(placeKey(snapshot), place)
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
