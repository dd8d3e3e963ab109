/** The closed list of causes; docs/causes.md tells each. */
export const CAUSES = [
  'etp_local',
  'hostport_off',
  'hostnet_off',
  'cross_node',
  'mapped_node_excluded',
  'surge_conflict',
  'no_endpoints',
  'rollout_gap',
  'port_mismatch',
  'service_deleted',
  'not_mapped',
  'node_port_refused',
  'node_port_addresses',
  'listen_family',
  'listen_loopback',
  'port_taken',
  'bindings_lost',
  'hostport_random',
  'node_address_moved',
  'node_down',
  'pod_pending',
  'lb_pending',
  'lb_moved',
  'lb_excluded',
  'network_policy',
  'route_missing',
  'app_slow',
  'proxy_dead',
  'kube_proxy_stale',
  'stale_flow',
  'prober_offline',
  'app_loopback',
  'app_starting',
  'endpoint_bad',
  'target_port_wrong',
  'protocol_mismatch',
  'node_name_mismatch',
  'rules_not_programmed',
  'mtu',
  'address_unroutable',
  'hostport_unsupported',
  'port_forbidden',
  'host_firewall',
  'host_side',
  'unproven',
] as const

export type Cause = (typeof CAUSES)[number]

/**
 * How sure a verdict is. `proven`: the objects say so, the symptoms are the predicted ones, and either the onset follows
 * the change or another vantage separates it. `likely`: without the last. `ambiguous`: others explain it as well.
 */
export type Confidence = 'proven' | 'likely' | 'ambiguous' | 'unproven'
