import type { Rule } from './rule.ts'
import { appSlow } from './app-slow.ts'
import { appStarting } from './app-starting.ts'
import { balancerBackend } from './balancer-backend.ts'
import { balancerOut } from './balancer-out.ts'
import { bindingsLost } from './bindings-lost.ts'
import { connectionsFull } from './connections-full.ts'
import { crossNode } from './cross-node.ts'
import { endpointBad } from './endpoint-bad.ts'
import { etpLocal } from './etp-local.ts'
import { portForbidden, portTaken } from './host-port-refused.ts'
import { hostSide } from './host-side.ts'
import { hostnetOff, hostportOff } from './hostport-off.ts'
import { kubeProxyStale } from './kube-proxy-stale.ts'
import { listenFamily } from './listen-family.ts'
import { mappedNodeExcluded } from './mapped-node-excluded.ts'
import { mtu } from './mtu.ts'
import { networkPolicy } from './network-policy.ts'
import { noEndpoints } from './no-endpoints.ts'
import { appLoopback, hostportUnsupported, targetPortWrong } from './nobody-listens.ts'
import { nodeAddressMoved } from './node-address-moved.ts'
import { nodeDown } from './node-down.ts'
import { nodeNameMismatch } from './node-name-mismatch.ts'
import { podPending } from './pod-pending.ts'
import { portMismatch } from './port-mismatch.ts'
import { proberOffline } from './prober-offline.ts'
import { protocolMismatch } from './protocol-mismatch.ts'
import { proxyDead } from './proxy-dead.ts'
import { rolloutGap } from './rollout-gap.ts'
import { rulesNotProgrammed } from './rules-not-programmed.ts'
import { serviceDeleted } from './service-deleted.ts'
import { surgeConflict } from './surge-conflict.ts'

/** Every rule, the one that explains more before the one that explains less: the first that fits is the verdict. */
export const RULES: readonly Rule[] = [
  proberOffline,
  portTaken,
  portForbidden,
  nodeDown,
  nodeAddressMoved,
  bindingsLost,
  proxyDead,
  serviceDeleted,
  portMismatch,
  surgeConflict,
  podPending,
  noEndpoints,
  balancerBackend,
  balancerOut,
  listenFamily,
  mappedNodeExcluded,
  etpLocal,
  hostportOff,
  hostnetOff,
  connectionsFull,
  endpointBad,
  rulesNotProgrammed,
  kubeProxyStale,
  rolloutGap,
  hostSide,
  mtu,
  networkPolicy,
  crossNode,
  nodeNameMismatch,
  appStarting,
  hostportUnsupported,
  targetPortWrong,
  appLoopback,
  protocolMismatch,
  appSlow,
]
