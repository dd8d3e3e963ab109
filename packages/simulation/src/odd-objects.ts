import type { ObservedCluster } from './observed-cluster.ts'
import { createRandom, pick } from './random.ts'

const TEXTS = [
  '\u001b]0;owned\u0007',
  '../../../etc/passwd',
  '$(reboot)',
  '`id`',
  '\u202e\u2066gnp.exe',
  'a'.repeat(5000),
  '',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  '\0',
]

/** Makes objects as no controller writes them, which lead nobody's connections anywhere; those of before go. */
export function writeOddObjects({ model }: ObservedCluster, seed: number): void {
  const { store } = model
  const random = createRandom(seed)
  const text = () => pick(random, TEXTS)
  const namespace = 'odd'
  for (const resource of ['services', 'endpointslices', 'pods', 'networkpolicies', 'events'] as const) {
    for (const { metadata } of store.list(resource)) {
      if (metadata.namespace === namespace) store.remove(resource, namespace, metadata.name)
    }
  }
  const name = `odd-${seed}`
  store.create('pods', {
    metadata: { name, namespace, labels: { app: text(), [text()]: text() }, annotations: { [text()]: text() } },
    spec: { nodeName: text(), containers: [] },
    status: { phase: pick(random, ['Pending', 'Failed', 'Running']), conditions: [] },
  })
  store.create('services', {
    metadata: { name, namespace, annotations: { 'portolan.dev/probe': text(), 'portolan.dev/hello': text() } },
    spec: {
      type: 'ClusterIP',
      clusterIP: pick(random, ['None', '', '10.96.200.1']),
      selector: { [text()]: text() },
      ports: [{ port: 80, targetPort: text(), protocol: 'TCP' }],
    },
    status: { loadBalancer: {} },
  })
  store.create('endpointslices', {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': pick(random, [name, 'app1', text()]) } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [] }, { addresses: [text()], nodeName: text(), conditions: {} }],
    ports: [{ name: text(), protocol: 'TCP' }],
  })
  store.create('networkpolicies', {
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: { [text()]: text() } }, policyTypes: ['Ingress'], ingress: [] },
  })
}
