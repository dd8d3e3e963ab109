import { type Mechanism, predictedSymptoms } from './mechanisms.ts'
import { RULES } from './index.ts'
import { ROUTE_CAUSES } from './route-causes.ts'
import { CAUSES_WITHOUT_INCIDENT } from './without-incident.ts'
import { SYMPTOM_MEANINGS } from '../model/symptom.ts'

const MECHANISMS: Record<Mechanism, string> = {
  drop: 'the packets are dropped',
  reset: 'nothing listens',
  reject: 'kube-proxy rejects: the Service has no endpoint (Linux limits the ICMP answers to one a second)',
  stopped: 'the node container does not run',
  unpublished: 'the engine does not hold the binding',
  hang: 'the application takes connections and does not answer; its queue may fill up',
  misread: 'the application does not understand the client',
  stall: 'large packets are lost and small ones pass',
  astray: 'the rules of the node lead to an address without a pod, or to another pod',
}

const PLACES = ['host/loopback4', 'host/lan', 'host/node-address']

/** docs/causes.md, written from the rules: it cannot be out of date. */
export function renderCatalogue(): string {
  return `# Why a mapped port is dark

Written from the rules by \`node docs/write.ts\`. A verdict names one of these causes and how sure it is:

- **proven**: the objects say so, every vantage shows the symptom that follows from them, and either the port went dark
  right after the change that made it so, or another vantage separates it from the rest.
- **likely**: the same without the last.
- **ambiguous**: other causes would look the same from here; the verdict names them.
- **unproven**: no known cause fits. Portolan lists the observations, what could decide it, and where to look.

## Symptoms: what a probe sees

| symptom | meaning |
|---|---|
${Object.entries(SYMPTOM_MEANINGS)
  .map(([symptom, meaning]) => `| \`${symptom}\` | ${meaning} |`)
  .join('\n')}

A connect proves nothing behind docker-proxy: it accepts first and dials the node afterwards. Only bytes that come back
count. \`http_status\`, \`body_mismatch\` and \`truncated\` mean that the port is reachable and what is behind it is not well.

## What each break looks like

Measured on kind with Docker Engine on Linux. \`closed\` and \`reset\` take turns, so do \`connect_timeout\` and \`unreachable\`.
With the userland proxy turned off, loopback looks as the LAN address does. The node's address counts only where one has
ever answered: desktop engines keep node addresses inside their virtual machine. Over UDP nothing is accepted first: a loss
is \`silent\`, a rejection \`refused\` or, where its ICMP message is held back or docker-proxy keeps it, \`silent\` too.

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

None of the above fits what was seen. The verdict lists the causes that could show these symptoms and cannot be told
apart from this host, and the next thing to look at.

## Routes behind an edge proxy

Behind a port with an edge proxy each host and path that an Ingress, HTTPRoute or IngressRoute claims is probed by itself. A route is \`broken\` where the
edge proxy answers instead of the application. These causes are of routes alone; \`no_endpoints\`, \`pod_pending\`,
\`rollout_gap\`, \`target_port_wrong\`, \`app_loopback\`, \`app_slow\` and \`route_missing\` are of routes as well. A route behind
a dark port has no incident of its own: the incident of the port lists it.

${ROUTE_CAUSES.map(({ cause, title, cure }) => `### ${cause}\n\n${title}\n\n${cure}`).join('\n\n')}

## Told elsewhere

What makes no port dark by itself, or leaves none that could be probed.

${CAUSES_WITHOUT_INCIDENT.map(({ cause, title, cure, where }) => `### ${cause}\n\n${title}\n\n${cure}\n\nTold: ${where}`).join('\n\n')}

## More

Run \`portolan explain PORT\`: it shows the way hop by hop, what was seen at each, and why each cause is out of the question.
`
}

function symptomsAt(mechanism: Mechanism, place: string): string {
  const symptoms = predictedSymptoms(mechanism, place, null)
  return symptoms.length === 0 ? 'not affected' : symptoms.map((symptom) => `\`${symptom}\``).join(', ')
}
