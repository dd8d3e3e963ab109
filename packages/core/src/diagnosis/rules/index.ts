import type { Rule } from '../rule.ts'
import { bindingsLost } from './bindings-lost.ts'
import { crossNode } from './cross-node.ts'
import { etpLocal } from './etp-local.ts'
import { hostnetOff, hostportOff } from './hostport-off.ts'
import { mappedNodeExcluded } from './mapped-node-excluded.ts'
import { noEndpoints } from './no-endpoints.ts'
import { nodeDown } from './node-down.ts'
import { podPending } from './pod-pending.ts'
import { portMismatch } from './port-mismatch.ts'
import { proberOffline } from './prober-offline.ts'
import { rolloutGap } from './rollout-gap.ts'

/** Every rule, the one that explains more before the one that explains less: the first that fits is the verdict. */
export const RULES: readonly Rule[] = [
  proberOffline,
  nodeDown,
  bindingsLost,
  portMismatch,
  podPending,
  noEndpoints,
  mappedNodeExcluded,
  etpLocal,
  hostportOff,
  hostnetOff,
  rolloutGap,
  crossNode,
]
