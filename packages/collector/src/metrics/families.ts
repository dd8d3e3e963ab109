import { buildInfo, type Metrics } from '@portolan/runtime'

const PROBE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Few, since there are some pairs for each node. */
const MESH_SECONDS = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.5]
const DELAY_SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30]

export type Families = ReturnType<typeof createFamilies>

/** What the collector exports; docs/metrics.md says what each is for. */
export function createFamilies(metrics: Metrics) {
  const { counter, gauge, histogram } = metrics
  const families = {
    attempts: counter('portolan_probe_attempts_total', 'Probes by their symptom', [
      'cluster',
      'vantage',
      'target',
      'symptom',
    ]),
    duration: histogram(
      'portolan_probe_duration_seconds',
      'How long probes took',
      ['cluster', 'vantage', 'target', 'result'],
      PROBE_SECONDS,
    ),
    phases: histogram(
      'portolan_probe_phase_duration_seconds',
      'How long each phase of the probes took, the failed one included',
      ['cluster', 'vantage', 'protocol', 'phase'],
      PROBE_SECONDS,
    ),
    up: gauge('portolan_target_up', 'Whether the port answers a vantage that decides; absent while unknown', [
      'cluster',
      'vantage',
      'target',
    ]),
    incident: gauge('portolan_target_incident', '1 while an incident of the port is open', [
      'cluster',
      'target',
      'node',
      'cause',
      'confidence',
    ]),
    darkSince: gauge(
      'portolan_target_dark_since_timestamp_seconds',
      'When the first probe of the outage failed; absent while there is none',
      ['cluster', 'target'],
    ),
    planned: gauge('portolan_target_planned', '1 while a drain or rollout excuses the open incident', [
      'cluster',
      'target',
    ]),
    silenced: gauge('portolan_target_silenced', '1 while a note silences the port, so that it does not page', [
      'cluster',
      'target',
    ]),
    flapping: gauge('portolan_target_flapping', '1 while the port comes and goes', ['cluster', 'target']),
    transitions: counter('portolan_target_transitions_total', 'Changes between reachable and dark', [
      'cluster',
      'target',
    ]),
    expectedUp: gauge(
      'portolan_target_expected_up',
      'Whether the placement predicts an answer; absent when it cannot be predicted',
      ['cluster', 'target'],
    ),
    darkProbability: gauge(
      'portolan_target_dark_probability',
      'Probability that the next reschedule of its pods leaves the port dark; absent when it is not known',
      ['cluster', 'target'],
    ),
    unreachable: counter('portolan_target_unreachable_seconds_total', 'For how long the port was dark', [
      'cluster',
      'target',
      'cause',
    ]),
    lastSuccess: gauge('portolan_target_last_success_timestamp_seconds', 'When the port last answered', [
      'cluster',
      'target',
    ]),
    routeUp: gauge('portolan_route_up', 'Whether the application answers for the route; absent while unknown', [
      'cluster',
      'target',
      'route',
    ]),
    routeIncident: gauge('portolan_route_incident', '1 while an incident of the route is open', [
      'cluster',
      'target',
      'route',
      'cause',
      'confidence',
    ]),
    routeBrokenSince: gauge(
      'portolan_route_broken_since_timestamp_seconds',
      'When the probe that opened the incident began; absent while there is none',
      ['cluster', 'target', 'route'],
    ),
    routeAttempts: counter('portolan_route_attempts_total', 'Probes of routes by the class of the HTTP status', [
      'cluster',
      'route',
      'answer',
    ]),
    routes: gauge('portolan_routes', 'Routes behind edge proxies by their state', ['cluster', 'state']),
    routesLeftOut: gauge('portolan_routes_left_out', 'Routes that are not probed, beyond the budget', ['cluster']),
    incidentsOpen: gauge('portolan_incidents_open', 'Incidents that are open now', ['cause']),
    incidents: counter('portolan_incidents_total', 'Incidents that were opened', ['cause']),
    detectionDelay: histogram(
      'portolan_detection_delay_seconds',
      'Time from the change in the cluster to the opened incident',
      [],
      DELAY_SECONDS,
    ),
    podMoves: counter('portolan_pod_moves_total', 'Pods that were restarted, replaced or moved', [
      'cluster',
      'namespace',
      'workload',
      'kind',
    ]),
    mapping: gauge('portolan_port_mapping_info', 'Where the host port leads', [
      'cluster',
      'target',
      'host_port',
      'node',
      'node_port',
      'namespace',
      'service',
      'traffic_policy',
    ]),
    watchLastEvent: gauge('portolan_watch_last_event_timestamp_seconds', 'When the watch last reported anything', [
      'cluster',
      'resource',
    ]),
    watchRestarts: counter('portolan_watch_restarts_total', 'Watches that had to be restarted', ['cluster', 'reason']),
    watchMissed: counter('portolan_watch_missed_total', 'Changes that a watch missed and the comparison found', [
      'cluster',
      'resource',
    ]),
    meshUp: gauge('portolan_mesh_up', 'Whether datagrams between the agents of two nodes come back', [
      'cluster',
      'source_node',
      'target_node',
    ]),
    meshDuration: histogram(
      'portolan_mesh_duration_seconds',
      'How long the first datagram took between the agents of two nodes and back',
      ['cluster', 'source_node', 'target_node'],
      MESH_SECONDS,
    ),
    meshLost: counter('portolan_mesh_datagrams_lost_total', 'Datagrams between agents that did not come back in time', [
      'cluster',
      'source_node',
      'target_node',
    ]),
    agentsExpected: gauge('portolan_agents_expected', 'Nodes of a cluster in which agents are installed', ['cluster']),
    agentsReporting: gauge('portolan_agents_reporting', 'Nodes whose agents report', ['cluster']),
    sourceHeard: gauge(
      'portolan_source_last_heard_timestamp_seconds',
      'When the collector last heard the prober or the agents; 0 for never',
      ['cluster', 'source_kind'],
    ),
    ingested: counter('portolan_ingest_outcomes_total', 'Facts accepted from agents and probers', ['source']),
    ingestRejected: counter(
      'portolan_ingest_rejected_total',
      'What agents and probers sent and the collector rejected',
      ['reason'],
    ),
    faults: counter('portolan_faults_total', 'Faults inside Portolan after which it went on', ['kind']),
    notified: counter('portolan_webhook_messages_total', 'Messages to the webhook by their result', ['result']),
    seriesDropped: gauge('portolan_series_dropped', 'Series that are summed up or left out beyond the budget', []),
  }
  const build = gauge('portolan_build_info', 'The versions of Portolan and Node that run', ['version', 'node_version'])
  build.set({ version: buildInfo.version, node_version: buildInfo.nodeVersion }, 1)
  return families
}
