import type { Cause } from './cause.ts'
import type { Remedy } from './incident.ts'

/** What will become of a port, before anything runs. */
export interface PortVerdict {
  cluster: string
  /** null: a Service that no host port leads to; 0: one that the engine picks. */
  hostPort: number | null
  listenAddresses: string[]
  protocol: 'tcp' | 'udp'
  node: string | null
  containerPort: number | null
  /** `ns/name`, with a NodePort. */
  service: string | null
  verdict: 'always_dark' | 'may_go_dark' | 'fine' | 'unknown'
  /** null where nothing can be said. */
  darkProbability: number | null
  cause: Cause | null
  /** One sentence. */
  summary: string
  mappedNodes: string[]
  /** Where the pods that answer may land. */
  eligibleNodes: string[]
  /** What the verdict rests on that cannot be known beforehand. */
  assumption: string | null
  remedies: EditRemedy[]
  /** What it is said of. */
  about: ObjectRef
}

export interface PreflightWarning {
  cause: Cause
  text: string
  /** The host port that it concerns. */
  hostPort: number | null
  remedies: EditRemedy[]
  about: ObjectRef
}

/** A Kubernetes object, or `KindNode` by its node name, or `KindMapping` by its `mappingName`. */
export interface ObjectRef {
  kind: string
  namespace: string
  name: string
}

export interface EditRemedy {
  text: string
  cost?: string
  /** What to change in the user's own files; empty where it takes something else. */
  edits: Edit[]
  /** A node of a running cluster that has to take pods again first. */
  uncordon?: string
}

export interface Edit {
  object: ObjectRef
  /** `append` adds to the list at the path. Whatever is missing on the way is made. */
  how: 'set' | 'append'
  path: (string | number)[]
  value: unknown
}

/** What the next reschedule of its pods would make of a port of a cluster that runs. */
export interface Foreseen
  extends Pick<PortVerdict, 'verdict' | 'darkProbability' | 'summary' | 'eligibleNodes' | 'assumption'> {
  cause: Cause | null
  remedies: Remedy[]
}

/** A node whose pods are evicted and that takes no new ones, or one pod that is evicted. */
export type Drained = { kind: 'node'; name: string } | { kind: 'pod'; namespace: string; name: string }

/** What a drain would make of a mapped port of a cluster that runs. */
export interface DrainedPort extends Omit<PortVerdict, 'remedies'> {
  remedies: Remedy[]
  /** A pod answers there now, going by the objects. */
  answersNow: boolean
  /** Until when it would be dark: until a new pod is ready, or until somebody mends it; null: it would not be dark, or nobody knows. */
  darkUntil: 'ready' | 'mended' | null
  /** How long such a pod took to become ready, ms; null where it lasts, or is not known. */
  darkMs: number | null
}

export interface DrainForecast {
  /** What is evicted: pods of DaemonSets and static pods stay. */
  evicted: Pick<ObjectRef, 'namespace' | 'name'>[]
  ports: DrainedPort[]
  /** What a reader should know beside it, in sentences. */
  notes: string[]
}

/** What would become of a whole cluster. */
export interface Forecast {
  nodes: string[]
  ports: (Omit<PortVerdict, 'remedies'> & { remedies: Remedy[] })[]
  warnings: (Omit<PreflightWarning, 'remedies'> & { remedies: Remedy[] })[]
  /** The ports that are watched, by their target. */
  byTarget: Map<string, Foreseen>
}
