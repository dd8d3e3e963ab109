import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '../../src/index.ts'
import { deployStory, startPractice } from '../practice-under-test.ts'
import { createClient } from './client.ts'

describe('the practice API', () => {
  let cluster: PracticeCluster & AsyncDisposable
  let client: Awaited<ReturnType<typeof createClient>>
  const pods = '/api/v1/namespaces/default/pods'

  beforeAll(async () => {
    cluster = await startPractice({ terminateMs: 300 })
    client = await createClient(cluster)
    deployStory(cluster)
    await cluster.settled()
  })
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
  })

  test('lists page by page, the later pages with the version of the first', async () => {
    const first = await client.call('GET', '/api/v1/nodes?limit=3')
    cluster.cordon('p-worker3')
    const rest = await client.call('GET', `/api/v1/nodes?limit=3&continue=${first.body.metadata.continue}`)
    expect([...first.body.items, ...rest.body.items].map((node) => node.metadata.name)).toEqual([
      'p-control-plane',
      'p-worker',
      'p-worker2',
      'p-worker3',
    ])
    expect(rest.body.metadata.continue).toBeUndefined()
    expect(rest.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
    cluster.uncordon('p-worker3')
  })

  test('a page after a compaction is gone', async () => {
    const first = await client.call('GET', '/api/v1/nodes?limit=1')
    cluster.cordon('p-worker3')
    cluster.store.compact()
    const rest = await client.call('GET', `/api/v1/nodes?limit=1&continue=${first.body.metadata.continue}`)
    expect(rest.status).toBe(410)
    cluster.uncordon('p-worker3')
  })

  test.each([
    ['labelSelector=app%3Dapp', 1],
    ['labelSelector=app%20in%20(app,other)', 1],
    ['labelSelector=app!%3Dapp', 0],
    ['labelSelector=!app', 0],
    ['fieldSelector=spec.nodeName%3Dnowhere', 0],
    ['fieldSelector=status.phase%3DRunning', 1],
  ])('pods where %s: %i', async (query, count) => {
    const { body } = await client.call('GET', `/api/v1/pods?${query}`)
    expect(body.items).toHaveLength(count)
  })

  test('a watch goes on from a version, and bookmarks carry it along', async () => {
    const { body } = await client.call('GET', '/api/v1/nodes')
    cluster.cordon('p-worker2')
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${body.metadata.resourceVersion}`
    const types: string[] = []
    for await (const event of client.watch(`/api/v1/nodes?${query}`)) {
      types.push(event.type)
      if (event.type !== 'BOOKMARK') continue
      expect(Number(event.object.metadata.resourceVersion)).toBeGreaterThan(Number(body.metadata.resourceVersion))
      break
    }
    expect(types).toEqual(['MODIFIED', 'BOOKMARK'])
    cluster.uncordon('p-worker2')
  })

  test('a watch from before a compaction is told 410', async () => {
    const { body } = await client.call('GET', '/api/v1/nodes')
    cluster.cordon('p-worker2')
    cluster.store.compact()
    for await (const event of client.watch(`/api/v1/nodes?watch=1&resourceVersion=${body.metadata.resourceVersion}`)) {
      expect(event).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    }
    cluster.uncordon('p-worker2')
  })

  test('a watch with a selector tells an object that ceases to match as deleted', async () => {
    const { body } = await client.call('GET', '/api/v1/nodes')
    const from = body.metadata.resourceVersion
    await client.call('PATCH', '/api/v1/nodes/p-worker2', { metadata: { labels: { zone: 'a' } } }, MERGE)
    await client.call('PATCH', '/api/v1/nodes/p-worker2', { metadata: { labels: { zone: null } } }, MERGE)
    const types: string[] = []
    for await (const event of client.watch(`/api/v1/nodes?watch=1&labelSelector=zone&resourceVersion=${from}`)) {
      if (types.push(event.type) === 2) break
    }
    expect(types).toEqual(['ADDED', 'DELETED'])
  })

  test('prints rows where the client asks for a table', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const { body } = await client.call('GET', '/api/v1/nodes', undefined, undefined, accept)
    expect(body).toMatchObject({ kind: 'Table', rows: expect.arrayContaining([expect.anything()]) })
  })

  test('a strategic patch changes the policy of a Service and leaves its ports', async () => {
    const path = '/api/v1/namespaces/default/services/local'
    const { body } = await client.call('PATCH', path, { spec: { externalTrafficPolicy: 'Cluster' } }, STRATEGIC)
    expect(body).toMatchObject({ spec: { externalTrafficPolicy: 'Cluster', ports: [{ nodePort: 30080 }] } })
  })

  test('an eviction marks the pod as disrupted by the eviction API', async () => {
    const name = cluster.pods('app')[0]?.name ?? ''
    const answer = await client.call('POST', `${pods}/${name}/eviction`, { kind: 'Eviction', metadata: { name } })
    expect(answer.status).toBe(201)
    const { body } = await client.call('GET', `${pods}/${name}`)
    expect(body).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
      status: { conditions: expect.arrayContaining([expect.objectContaining({ reason: 'EvictionByEvictionAPI' })]) },
    })
    await cluster.settled()
  })

  test('scales through the subresource', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/app/scale'
    await client.call('PATCH', path, { spec: { replicas: 2 } }, MERGE)
    await cluster.settled()
    expect(cluster.pods('app')).toHaveLength(2)
  })

  test('deleting the deployment takes its pods along', async () => {
    await client.call('DELETE', '/apis/apps/v1/namespaces/default/deployments/app')
    await cluster.until(() => cluster.pods('app').length === 0)
    expect(cluster.store.list('replicasets')).toEqual([])
  })

  test.each([
    ['/api/v1/namespaces/default/pods/nobody', 404],
    ['/api/v1/secrets', 404],
    ['/openapi/v3', 404],
  ])('%s: %i', async (path, status) => {
    expect((await client.call('GET', path)).status).toBe(status)
  })
})

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
