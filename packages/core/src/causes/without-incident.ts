import type { Cause } from '../model/cause.ts'

/** A cause that is no verdict of an incident of its own: the port answers, or is not there to be probed. */
export interface CauseWithoutIncident {
  cause: Cause
  title: string
  cure: string
  /** Where a person reads of it. */
  where: string
}

export const notMapped = {
  cause: 'not_mapped',
  title: 'A Service has a NodePort, but no host port leads to it.',
  cure: 'Add it to `extraPortMappings` and recreate the cluster, or give the Service a nodePort that is mapped.',
  where: 'In `portolan check`, and in `portolan check --live` for a running cluster.',
} as const satisfies CauseWithoutIncident

export const nodePortRefused = {
  cause: 'node_port_refused',
  title: 'The API server refuses the nodePort of a Service: it is outside the range, or another Service has it.',
  cure: 'Use a free nodePort between 30000 and 32767 (or what `service-node-port-range` says), and map that one.',
  where: 'In `portolan check`.',
} as const satisfies CauseWithoutIncident

export const objectRefused = {
  cause: 'object_refused',
  title: 'The API server refuses a Service, or the workload that creates its pods, because the manifest is invalid.',
  cure: 'Correct the manifest as the text says. `kubectl apply --dry-run=server` shows whether the API server accepts it.',
  where: 'In `portolan check`.',
} as const satisfies CauseWithoutIncident

export const nodePortAddresses = {
  cause: 'node_port_addresses',
  title:
    'kube-proxy serves NodePorts only at some addresses of the node (`nodePortAddresses`), and the engine dials another one.',
  cure: 'Set `nodePortAddresses: ["primary"]` in the KubeProxyConfiguration, or leave it out, and recreate the cluster.',
  where: 'In `portolan check`.',
} as const satisfies CauseWithoutIncident

export const listenLoopback = {
  cause: 'listen_loopback',
  title: 'The host port is bound on loopback only, so no other machine reaches it.',
  cure: 'If other machines should reach it, set `listenAddress: 0.0.0.0` and recreate the cluster.',
  where: 'At the vantage `host/loopback4` in `portolan explain`, and as a warning of `portolan check`.',
} as const satisfies CauseWithoutIncident

export const hostportRandom = {
  cause: 'hostport_random',
  title:
    'The mapping names no host port (`hostPort` 0 or -1), so the engine may choose another one when the node starts.',
  cure: 'Give the mapping a `hostPort` and recreate the cluster.',
  where: 'As a note on the port that the engine chose, with the previous one, and as a warning of `portolan check`.',
} as const satisfies CauseWithoutIncident

export const lbPending = {
  cause: 'lb_pending',
  title: 'A Service of type LoadBalancer has no address, since nothing hands one out.',
  cure: 'Run cloud-provider-kind or MetalLB. If the NodePort of the Service is mapped, it works without them.',
  where: 'In `portolan check` and `portolan check --live`, and in a line of `portolan watch`.',
} as const satisfies CauseWithoutIncident

export const lbMoved = {
  cause: 'lb_moved',
  title: "The load balancer's container got another address at a restart, and a node now has its old one.",
  cure: "Restart the load balancer's container, so that its address is announced again.",
  where: 'As a warning of `portolan check --live`, once a node has the address under which the Service is known.',
} as const satisfies CauseWithoutIncident

export const lbExcluded = {
  cause: 'lb_excluded',
  title: 'The pods run, or may run, on a node whose label excludes it from external load balancers.',
  cure: 'Remove the label `node.kubernetes.io/exclude-from-external-load-balancers` from the node.',
  where: 'As a warning of `portolan check` and `portolan check --live`.',
} as const satisfies CauseWithoutIncident

export const routeMissing = {
  cause: 'route_missing',
  title: 'The edge proxy answers, and has no route or no healthy backend for the request.',
  cure: 'Look at the Ingress, HTTPRoute or IngressRoute for that host and path, and at the Service it leads to. The annotations `portolan.dev/host` and `portolan.dev/path` set what the probe asks for.',
  where:
    'As a `degraded` port (HTTP 502, 503 or 504; 404 if annotations of the Service set what to ask for), which is never dark for this. As a `broken` route of an Ingress, with an incident, if the edge proxy answers as it does for an unknown host.',
} as const satisfies CauseWithoutIncident

export const staleFlow = {
  cause: 'stale_flow',
  title: 'Over UDP, new flows get answers, but a flow from before the pods changed gets none.',
  cure: 'Let the clients open a new socket, or delete the old entry of the connection table: `conntrack -D -p udp --dport PORT` on the mapped node.',
  where:
    'As a `degraded` port. To detect it, Portolan sends each datagram twice: from a new socket, and from a socket that it keeps open.',
} as const satisfies CauseWithoutIncident

export const addressUnroutable = {
  cause: 'address_unroutable',
  title: 'Node and load balancer addresses live inside the virtual machine of a desktop engine.',
  cure: 'Use the mapped host ports.',
  where: 'At the vantage `host/node-address` in `portolan explain`, which then does not decide the state.',
} as const satisfies CauseWithoutIncident

export const hostFirewall = {
  cause: 'host_firewall',
  title:
    "The port answers at the host's loopback but not at its LAN address: a firewall of the host blocks it, or the engine's forwarding rules are gone.",
  cure: 'Try the port from another machine. Then open it in the firewall of the host, or restart the engine so that it rewrites its rules.',
  where: 'As a candidate of an `unproven` incident: it cannot be proven from the host itself.',
} as const satisfies CauseWithoutIncident

export const CAUSES_WITHOUT_INCIDENT: readonly CauseWithoutIncident[] = [
  notMapped,
  nodePortRefused,
  objectRefused,
  nodePortAddresses,
  listenLoopback,
  hostportRandom,
  lbPending,
  lbMoved,
  lbExcluded,
  routeMissing,
  staleFlow,
  addressUnroutable,
  hostFirewall,
]
