import { type Mechanism, predictedSymptoms } from './mechanisms.ts'
import { RULES } from './index.ts'
import { ROUTE_CAUSES } from './route-causes.ts'
import { CAUSES_WITHOUT_INCIDENT } from './without-incident.ts'
import { SYMPTOM_MEANINGS } from '../model/symptom.ts'

const MECHANISMS: Record<Mechanism, string> = {
  drop: 'the packets are dropped',
  reset: 'nothing listens',
  reject: 'kube-proxy rejects: the Service has no endpoint (Linux sends at most one ICMP answer per second)',
  stopped: 'the node container does not run',
  unpublished: 'the engine does not have the port binding',
  hang: 'the application accepts connections but does not answer; its queue may fill up',
  misread: 'the application does not understand the client',
  stall: 'large packets are lost and small ones pass',
  astray: 'the rules of the node lead to an address without a pod, or to another pod',
}

const PLACES = ['host/loopback4', 'host/lan', 'host/node-address']

/** docs/causes.md, written from the rules: it cannot be out of date. */
export function renderCatalogue(): string {
  return `# Why a mapped port is dark

\`node docs/write.ts\` generates this page from the rules. A verdict names one of these causes and how sure Portolan is:

- **proven**: the objects of the cluster imply the cause, every vantage shows the symptom that follows from it, and either
  the port went dark right after the change that caused it, or another vantage rules out the other causes.
- **likely**: the same without the last condition.
- **ambiguous**: other causes would look the same from here; the verdict names them.
- **unproven**: no known cause fits. Portolan lists the observations and what to check next.

## Symptoms: what a probe sees

| symptom | meaning |
|---|---|
${Object.entries(SYMPTOM_MEANINGS)
  .map(([symptom, meaning]) => `| \`${symptom}\` | ${meaning} |`)
  .join('\n')}

An accepted connection proves nothing behind docker-proxy, which accepts first and dials the node afterwards. Only bytes that
come back count. \`http_status\`, \`body_mismatch\` and \`truncated\` mean that the port is reachable but the application behind
it has a fault.

## What each break looks like

These symptoms were measured on kind with Docker Engine on Linux. \`closed\` and \`reset\` alternate, and so do
\`connect_timeout\` and \`unreachable\`. If docker-proxy (the userland proxy) is turned off, loopback shows the same symptoms as
the LAN address. The node's address counts only if one has ever answered: desktop engines keep node addresses inside their
virtual machine. UDP has no accept: a lost packet is \`silent\`; a rejected one is \`refused\`, or \`silent\` if the ICMP message
does not reach the client.

| | ${PLACES.map((place) => `\`${place}\``).join(' | ')} |
|---|---|---|---|
${Object.entries(MECHANISMS)
  .map(
    ([mechanism, text]) =>
      `| ${text} | ${PLACES.map((place) => symptomsAt(mechanism as Mechanism, place)).join(' | ')} |`,
  )
  .join('\n')}

## Causes, in the order in which they are considered

${RULES.map((rule) => `### ${rule.cause}\n\n${rule.title}\n\n${rule.cure}`).join('\n\n')}

### unproven

None of the causes above fits the observations. The verdict lists the causes that could show these symptoms and look the
same from this host, and what to check next.

## Routes behind an edge proxy

Behind a port with an edge proxy, Portolan probes each host and path that an Ingress, HTTPRoute or IngressRoute claims. A
route is \`broken\` if the edge proxy answers instead of the application. The causes in this section apply only to routes;
\`no_endpoints\`, \`pod_pending\`, \`rollout_gap\`, \`target_port_wrong\`, \`app_loopback\`, \`app_slow\` and \`route_missing\`
apply to ports and routes. A route behind a dark port has no incident of its own: the incident of the port lists it.

${ROUTE_CAUSES.map(({ cause, title, cure }) => `### ${cause}\n\n${title}\n\n${cure}`).join('\n\n')}

## Causes without an incident

These causes do not make a port dark by themselves, or leave no port to probe.

${CAUSES_WITHOUT_INCIDENT.map(({ cause, title, cure, where }) => `### ${cause}\n\n${title}\n\n${cure}\n\nReported: ${where}`).join('\n\n')}

## More

Run \`portolan explain PORT\`: it shows the path hop by hop, what Portolan observed at each hop, and why it ruled out each other
cause.
`
}

function symptomsAt(mechanism: Mechanism, place: string): string {
  const symptoms = predictedSymptoms(mechanism, place, null)
  return symptoms.length === 0 ? 'not affected' : symptoms.map((symptom) => `\`${symptom}\``).join(', ')
}
