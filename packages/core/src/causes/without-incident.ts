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
  title: 'A Service has a NodePort, and no host port leads to it.',
  cure: 'Add it to `extraPortMappings` and recreate the cluster, or give the Service a nodePort that is mapped.',
  where: 'By `portolan check`, and by `portolan check --live` of the cluster that runs.',
} as const satisfies CauseWithoutIncident

export const nodePortRefused = {
  cause: 'node_port_refused',
  title: 'The API server refuses the nodePort of a Service: it is outside of the range, or another Service has it.',
  cure: 'Take a free nodePort between 30000 and 32767 (or what `service-node-port-range` says), and map that one.',
  where: 'By `portolan check`.',
} as const satisfies CauseWithoutIncident

export const objectRefused = {
  cause: 'object_refused',
  title: 'The API server refuses a Service, or what makes its pods, as it is written.',
  cure: 'Write it as the text says, and apply it again: `kubectl apply --dry-run=server` shows whether it is taken.',
  where: 'By `portolan check`.',
} as const satisfies CauseWithoutIncident

export const nodePortAddresses = {
  cause: 'node_port_addresses',
  title:
    'kube-proxy serves NodePorts at some addresses of the node only (`nodePortAddresses`), and not at the one that the engine dials.',
  cure: 'Set `nodePortAddresses: ["primary"]` in the KubeProxyConfiguration, or leave it out, and recreate the cluster.',
  where: 'By `portolan check`.',
} as const satisfies CauseWithoutIncident

export const listenLoopback = {
  cause: 'listen_loopback',
  title: 'The host port is bound on loopback only, so no other machine reaches it.',
  cure: 'Set `listenAddress: 0.0.0.0` and recreate the cluster, where other machines should reach it.',
  where: 'At the vantage `host/loopback4` in `portolan explain`, and as a warning of `portolan check`.',
} as const satisfies CauseWithoutIncident

export const hostportRandom = {
  cause: 'hostport_random',
  title: 'No host port was asked for (`hostPort` 0 or -1), so the engine chooses another one at a start of the node.',
  cure: 'Give the mapping a `hostPort` and recreate the cluster.',
  where:
    'In the note of the port that the engine chose, which names the one of before, and as a warning of `portolan check`.',
} as const satisfies CauseWithoutIncident

export const lbPending = {
  cause: 'lb_pending',
  title: 'A Service of type LoadBalancer has no address, since nothing hands one out.',
  cure: 'Run cloud-provider-kind or MetalLB; a mapped NodePort of it works all the same.',
  where: 'By `portolan check`, `portolan check --live`, and in a line of `portolan watch`.',
} as const satisfies CauseWithoutIncident

export const lbMoved = {
  cause: 'lb_moved',
  title: "The load balancer's container got another address at a restart, and a node has the old one.",
  cure: "Restart the load balancer's container, so that its address is announced again.",
  where: 'As a warning of `portolan check --live`, once a node has the address that the Service is known at.',
} as const satisfies CauseWithoutIncident

export const lbExcluded = {
  cause: 'lb_excluded',
  title: 'The pods are, or may land, on a node that is kept out of external load balancers by its label.',
  cure: 'Remove the label `node.kubernetes.io/exclude-from-external-load-balancers` from the node.',
  where: 'As a warning of `portolan check` and `portolan check --live`.',
} as const satisfies CauseWithoutIncident

export const routeMissing = {
  cause: 'route_missing',
  title: 'The edge proxy answers, and has no route or no healthy backend for the request.',
  cure: 'Look at the Ingress, HTTPRoute or IngressRoute for that host and path, and at the Service it leads to. What to ask for is said by `portolan.dev/host` and `portolan.dev/path`.',
  where:
    'The port is `degraded` (HTTP 502, 503, 504; 404 where the Service says what to ask for), never dark. A route of an Ingress is `broken` by it, with an incident, where the edge proxy answers as for a host that it does not know.',
} as const satisfies CauseWithoutIncident

export const staleFlow = {
  cause: 'stale_flow',
  title: 'Over UDP new flows are answered, and one that is kept from before the pods changed is not.',
  cure: 'Let the clients open another socket; or clear the old entry: `conntrack -D -p udp --dport PORT` on the mapped node.',
  where: 'The port is `degraded`: beside each fresh datagram one goes out over a socket that is kept.',
} as const satisfies CauseWithoutIncident

export const addressUnroutable = {
  cause: 'address_unroutable',
  title: 'Node and load balancer addresses live inside the virtual machine of a desktop engine.',
  cure: 'Use the mapped host ports.',
  where: 'At the vantage `host/node-address` in `portolan explain`, which does not decide then.',
} as const satisfies CauseWithoutIncident

export const hostFirewall = {
  cause: 'host_firewall',
  title:
    "The host lets the port in at loopback and keeps it at its LAN address: a firewall, or the engine's forwarding rules.",
  cure: 'Try the port from another machine. Then open it in the firewall of the host, or restart the engine so that it rewrites its rules.',
  where: 'As a candidate of an `unproven` incident: from the host itself it cannot be proven.',
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
