import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PracticeCluster } from '../../src/index.ts'
import { deployStory, startPractice } from '../practice-under-test.ts'
import { createClient } from './client.ts'

const labels = { app: 'app' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'x', ports: [PORT(8080)] }] } }
const replicated = { replicas: 1, selector: { matchLabels: labels }, template }

function PORT(containerPort: number) {
  return { name: 'http', containerPort, protocol: 'TCP' }
}

/** One of each kind, with all that a controller reads. */
const WHOLE: [path: string, object: object][] = [
  [
    '/api/v1/nodes',
    { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, status: { conditions: [], addresses: [] } },
  ],
  [
    '/api/v1/namespaces/default/pods',
    { spec: { ...template.spec, nodeName: 'p-worker', tolerations: [{ key: 'a' }], nodeSelector: labels } },
  ],
  [
    '/api/v1/namespaces/default/services',
    { spec: { type: 'NodePort', selector: labels, ports: [{ name: 'main', port: 80, targetPort: 'http' }] } },
  ],
  ['/apis/apps/v1/namespaces/default/deployments', { spec: { ...replicated, strategy: { type: 'RollingUpdate' } } }],
  ['/apis/apps/v1/namespaces/default/replicasets', { spec: replicated }],
  [
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    {
      addressType: 'IPv4',
      ports: [{ name: 'main', port: 8080, protocol: 'TCP' }],
      endpoints: [
        {
          addresses: ['10.244.1.77'],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: 'p-worker',
          targetRef: { kind: 'Pod', name: 'x', namespace: 'default', uid: 'u' },
        },
      ],
    },
  ],
  [
    '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
    { spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [{ from: [{}] }] } },
  ],
  ['/api/v1/namespaces/default/events', { involvedObject: { kind: 'Pod', name: 'x' }, reason: 'a', message: 'b' }],
]

type Path = (string | number)[]

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, field]) => pathsIn(field, [...at, key]))].filter(
    (path) => path.length > 0,
  )
}

/** @param value undefined: it is left out */
function withChange(object: object, path: Path, value: unknown): object {
  const copy: Record<string, unknown> = structuredClone(object) as never
  let parent = copy
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1e300, true, [], {}, [null], { a: null }),
  fc.jsonValue(),
)

const broken = fc
  .constantFrom(...WHOLE)
  .chain(([path, object]) =>
    fc
      .tuple(fc.constantFrom(...pathsIn(object)), junk)
      .map(([place, value]) => [path, withChange(object, place, value)] as const),
  )

describe('the practice API', () => {
  let cluster: PracticeCluster & AsyncDisposable
  let client: Awaited<ReturnType<typeof createClient>>
  let made = 0
  const named = (object: object) => ({ metadata: { name: `thing-${++made}`, labels: SERVICE }, ...object })

  beforeAll(async () => {
    cluster = await startPractice()
    client = await createClient(cluster)
    deployStory(cluster)
    await cluster.settled()
  })
  afterAll(async () => cluster[Symbol.asyncDispose]())

  test.each(WHOLE)('%s takes a whole object', async (path, object) => {
    const { status, body } = await client.call('POST', path, named(object))
    expect({ status, body }).toMatchObject({ status: 201, body: object })
    await client.call('DELETE', `${path}/${(body['metadata'] as unknown as { name: string }).name}`)
  })

  test('whatever an object lacks or holds instead, it is taken or refused, and the cluster goes on', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async ([path, object]) => {
        const thing = named(object)
        const { status } = await client.call('POST', path, thing)
        expect([201, 422]).toContain(status)
        if (status === 201) {
          await cluster.rulesSettled()
          await client.call('GET', path, undefined, undefined, 'application/json;as=Table;v=v1;g=meta.k8s.io')
          await client.call('DELETE', `${path}/${thing.metadata.name}`)
        }
      }),
      { numRuns: 300 },
    )
    const answer = await fetch(`http://127.0.0.1:${cluster.hostPort(30081)}`)
    expect(answer.status).toBe(200)
  })

  test('a refusal names the field and what was expected', async () => {
    const slice = named({ addressType: 'IPv4', endpoints: [{ addresses: 'x' }] })
    const { status, body } = await client.call('POST', WHOLE[5]?.[0] ?? '', slice)
    expect(status).toBe(422)
    expect(body['message']).toBe(
      'the EndpointSlice is invalid: endpoints.0.addresses: Invalid input: expected array, received string',
    )
  })

  test('an endpoint that names no pod and no node leads to whoever has its address', async () => {
    const [pod] = cluster.store.list('pods').filter(({ metadata }) => metadata.labels?.['app'] === 'app')
    const service = { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30082 }] }
    await client.call('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'by-hand' }, spec: service })
    await client.call('POST', WHOLE[5]?.[0] ?? '', {
      metadata: { name: 'by-hand-1', labels: { 'kubernetes.io/service-name': 'by-hand' } },
      addressType: 'IPv4',
      ports: [{ port: 8080 }],
      endpoints: [{ addresses: [pod?.status.podIP] }],
    })
    await cluster.rulesSettled()
    const address = cluster.nodes().find(({ name }) => name === 'p-worker2')?.address
    const answer = await fetch(`http://${address}:30082`)
    expect(answer.status).toBe(200)
  })
})

/** A slice of a Service that leads somewhere, so that its rules are made of it. */
const SERVICE = { 'kubernetes.io/service-name': 'cluster' }
