import type { PreflightWorld } from '../../src/index.ts'
import { container, deployment, mapped, node, service } from '../builders.ts'

/** Three workers `a`, `b`, `c` and a tainted control plane; host port 8080 leads to NodePort 30080 on `a`. */
export function world(more: Partial<PreflightWorld> = {}): PreflightWorld {
  return {
    cluster: 'dev',
    containers: [container('cp'), mapped('a', { 8080: 30080 }), container('b'), container('c')],
    nodes: ['cp', 'a', 'b', 'c'].map((name) => node(name)),
    services: [service()],
    slices: [],
    workloads: [deployment()],
    pods: [],
    policies: [],
    volumes: [],
    isComplete: false,
    network: null,
    volumesUnknown: null,
    routes: [],
    customs: [],
    autoscalers: [],
    unread: [],
    enforcesPolicies: null,
    loadBalancers: false,
    ...more,
  }
}
