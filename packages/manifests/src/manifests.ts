import type { PreflightWorld } from '@portolan/core'
import type { z } from 'zod'
import { type Chunk, type Parsed, parseChunk, splitDocuments } from './document.ts'
import { placeKey, type Places } from './place.ts'
import type { Problem } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import type { Source } from './source.ts'
import { trimIngress, trimIngressClass, trimNetworkPolicy } from './trim/network.ts'
import * as schema from './trim/schema.ts'
import { trimEndpoints, trimService } from './trim/service.ts'
import { trimPod, trimWorkload } from './trim/workload.ts'

type Collected = {
  [K in 'services' | 'slices' | 'workloads' | 'pods' | 'policies' | 'routes']: PreflightWorld[K][number][]
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
  Ingress: { schema: schema.ingress, add: into('routes', trimIngress) },
  IngressClass: { schema: schema.ingressClass, add: into('routes', trimIngressClass) },
}

/** Kinds that come with something that hands out addresses. */
const BALANCERS = new Set(['IPAddressPool', 'L2Advertisement', 'CiliumLoadBalancerIPPool'])

/** Kinds that other groups use for something else. */
const GROUPS = /^(v1|apps\/v1|discovery\.k8s\.io\/v1|networking\.k8s\.io\/v1)$/

/** Reads every document of every source; what it does not know it leaves out. Faults are added to `problems`. */
export function readManifests(sources: readonly Source[], problems: Problem[]): Manifests {
  const manifests: Manifests = {
    services: [],
    slices: [],
    workloads: [],
    pods: [],
    policies: [],
    routes: [],
    loadBalancers: false,
    places: new Map(),
  }
  for (const chunk of sources.flatMap(splitDocuments)) {
    const kind = plainKind(chunk)
    if (kind !== null && BALANCERS.has(kind)) manifests.loadBalancers = true
    if (kind !== null && !(kind in READERS) && !kind.endsWith('List')) continue
    const parsed = parseChunk(chunk, problems)
    if (parsed !== null) readObject(manifests, parsed, parsed.document.toJS(), [], problems)
  }
  return manifests
}

/** Most of what Helm renders concerns us not: such a document is not worth its parsing. */
function plainKind({ text }: Chunk): string | null {
  return /^kind:[ \t]*(\w+)[ \t]*(#.*)?\r?$/m.exec(text)?.[1] ?? null
}

function readObject(
  manifests: Manifests,
  parsed: Parsed,
  value: unknown,
  path: (string | number)[],
  problems: Problem[],
): void {
  const { kind, apiVersion, items } = asRecord(value)
  if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) {
    items.forEach((item, index) => readObject(manifests, parsed, item, [...path, 'items', index], problems))
    return
  }
  const reader = typeof kind === 'string' && GROUPS.test(String(apiVersion)) ? READERS[kind] : undefined
  if (reader === undefined || typeof kind !== 'string') return
  const read = reader.schema.safeParse(value)
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
