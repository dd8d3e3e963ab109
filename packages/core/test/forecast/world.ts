import type { ClusterNetwork, PreflightWorld } from '../../src/index.ts'
import { container, deployment, mapped, node, service } from '../builders.ts'

/** Three workers `a`, `b`, `c` and a tainted control plane; host port 8080 leads to NodePort 30080 on `a`. */
export function world(more: Partial<PreflightWorld> = {}): PreflightWorld {
  return {
    cluster: 'dev',
    containers: [container('cp'), mapped('a', { 8080: 30080 }), container('b'), container('c')],
    nodes: ['cp', 'a', 'b', 'c'].map((name) => node(name)),
    backends: new Map(),
    services: [service()],
    slices: [],
    workloads: [deployment()],
    pods: [],
    staying: [],
    policies: [],
    volumes: [],
    isComplete: false,
    machine: null,
    network: null,
    volumesUnknown: null,
    routes: [],
    customs: [],
    superseded: [],
    autoscalers: [],
    flaws: new Map(),
    doubts: new Map(),
    neededFamilies: new Map(),
    unread: [],
    patching: [],
    enforcesPolicies: null,
    loadBalancers: false,
    ...more,
  }
}

/** As kind sets it up by itself. */
export function network(more: Partial<ClusterNetwork> = {}): ClusterNetwork {
  return {
    family: 'ipv4',
    hasPodNetwork: true,
    proxyMode: 'iptables',
    nodePortAddresses: [],
    apiServer: null,
    servesBalancers: false,
    edgePorts: [],
    nodePortRange: { first: 30000, last: 32767 },
    serviceRanges: ['10.96.0.0/16'],
    ...more,
  }
}
