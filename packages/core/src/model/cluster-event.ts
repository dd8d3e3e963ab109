/** What happened to a node as a whole, to how ports are led to their pods, to the container engine or to the clock. */
export interface ClusterEvent {
  event: ClusterEventKind
  /** null: it is of the whole cluster. */
  node: string | null
  /** What happened, for people. */
  text: string
}

export const CLUSTER_EVENTS = [
  'node_cordoned',
  'node_uncordoned',
  'node_not_ready',
  'node_ready',
  'node_stopped',
  'node_started',
  'engine_lost',
  'engine_back',
  'routing_changed',
  'clock_set',
  'own_fault',
] as const

export type ClusterEventKind = (typeof CLUSTER_EVENTS)[number]
