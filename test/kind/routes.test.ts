import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cause } from '@portolan/core'
import { edgeOn, GATEWAY, GATEWAY_DEFINITIONS, pinEdgeTo, saidOf, SHOP_SERVICE } from './harness/edge.ts'
import { type IncidentLine, isIncident, type PortolanWatch, watchWithPortolan } from './harness/portolan-watch.ts'
import { attempt, run } from './harness/shell.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

const NAMESPACE = 'routes'
/** A pod that is pinned elsewhere can never be on the mapped node. */
const WHERE_IT_IS: Cause[] = ['etp_local', 'mapped_node_excluded']

/** An edge proxy takes the place of one of the story's Services, with an application behind it. */
describe('routes behind an edge proxy on a real kind cluster', () => {
  let cluster: StoryCluster
  let portolan: PortolanWatch
  let port: number

  const command = () => ['kubectl', '--context', cluster.context, '-n', NAMESPACE]
  const kubectl = (...words: string[]) => run([...command(), ...words])
  const apply = (text: string) => run([...command(), 'apply', '-f', '-'], { input: text })
  const route = (host: string) => `route:${port}/${host}/`

  beforeAll(async () => {
    cluster = await openStoryCluster()
    await cluster.reset()
    port = cluster.hostPort.cluster
    await cluster.kubectl('delete', 'service', 'cluster', '--ignore-not-found')
    await run(['kubectl', '--context', cluster.context, 'create', 'namespace', NAMESPACE])
    await apply(edgeOn(cluster.nodePort.cluster, cluster.mapped))
    for (const name of ['edge', 'shop']) await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=120s')
    portolan = watchWithPortolan(['--cluster', cluster.name])
  })
  afterAll(async () => {
    await (portolan as PortolanWatch | undefined)?.[Symbol.asyncDispose]()
    const context = ['kubectl', '--context', cluster.context]
    // A namespace takes its time to go, and its Service the port of the story's meanwhile.
    await kubectl('delete', 'service', 'edge', '--ignore-not-found')
    await run([...context, 'delete', 'namespace', NAMESPACE, '--wait=false'])
    await run([...context, 'delete', 'ingressclass', 'portolan-edge', '--ignore-not-found'])
    const definitions = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: GATEWAY_DEFINITIONS })
    await run([...context, 'delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input: definitions })
    await cluster[Symbol.asyncDispose]()
  })

  const incidentOfOneOf = (hosts: readonly string[], cause: string, mark = 0) =>
    portolan.line<IncidentLine>(
      `that ${hosts.join(' or ')} is broken by ${cause}`,
      (line) =>
        isIncident(line) && hosts.map(route).includes(line.target) && line.cause === cause && line.state === 'open',
      mark,
    )
  const incident = (host: string, cause: string) => incidentOfOneOf([host], cause)
  /** Two routes lead to the shop: what happens to it is one incident, of the route that fails first. */
  const incidentOfShop = (cause: string, mark: number) =>
    incidentOfOneOf(['shop.localhost', 'port.localhost'], cause, mark)
  const closed = ({ id }: IncidentLine) =>
    portolan.line('that it is over', (line) => line.type === 'incident.closed' && line.id === id)

  test('one that its application answers is up', async () => {
    const isUp = portolan.line(
      'that the shop is up',
      (line) => line.type === 'target.state' && line.target === route('shop.localhost') && line.state === 'up',
    )
    await expect(isUp).resolves.toBeDefined()
  })

  test('a class that does not exist, and a port that the Service does not have, are named with a command', async () => {
    const [typo, wrongPort] = await Promise.all([
      incident('typo.localhost', 'ingress_class_missing'),
      incident('port.localhost', 'route_backend_port'),
    ])
    expect(typo).toMatchObject({
      confidence: 'proven',
      remedies: [{ command: expect.stringMatching(/ patch ingress\/typo /) }],
    })
    const [{ command: fix = '' } = {}] = wrongPort.remedies
    expect(await attempt(['sh', '-c', fix])).toMatchObject({ code: 0 })
    expect(
      await kubectl(
        'get',
        'ingress',
        'port',
        '-o',
        'jsonpath={.spec.rules[0].http.paths[0].backend.service.port.number}',
      ),
    ).toBe('80')
  })

  test('HTTPRoutes are found once their kind is there; what the controller of one says is its cause', async () => {
    const isUp = portolan.line(
      'that the route of the Gateway is up',
      (line) => line.type === 'target.state' && line.target === route('gate.localhost') && line.state === 'up',
    )
    await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: GATEWAY_DEFINITIONS }))
    const names = GATEWAY_DEFINITIONS.map(({ metadata }) => `customresourcedefinition/${metadata.name}`)
    await kubectl('wait', '--for=condition=Established', '--timeout=60s', ...names)
    await apply(GATEWAY)
    const say = (object: string, status: object) =>
      kubectl('patch', object, '--subresource=status', '--type=merge', `--patch=${JSON.stringify({ status })}`)
    await say('gatewayclass/portolan-edge', { conditions: saidOf('Accepted', 'True', 'Accepted') })
    await say('gateway/front', { conditions: saidOf('Accepted', 'True', 'Accepted') })
    const parent = { parentRef: { name: 'front' }, controllerName: 'example.com/edge' }
    const accepted = saidOf('Accepted', 'True', 'Accepted')
    await say('httproute/gate', { parents: [{ ...parent, conditions: accepted }] })
    const refused = saidOf('Accepted', 'False', 'NotAllowedByListeners', 'no listener takes it')
    await say('httproute/closed', { parents: [{ ...parent, conditions: refused }] })
    await expect(isUp).resolves.toBeDefined()
    expect(await incident('closed.localhost', 'route_not_accepted')).toMatchObject({
      confidence: 'proven',
      summary: expect.stringContaining('(NotAllowedByListeners: no listener takes it)'),
      remedies: [{ command: expect.stringMatching(/ describe httproute\/closed$/) }],
    })
    await kubectl('delete', 'httproute', 'gate', 'closed')
  })

  test('an application that is scaled to 0 is no_endpoints of its route, and over when it is back', async () => {
    const mark = portolan.mark()
    await kubectl('scale', 'deployment/shop', '--replicas=0')
    const found = await incidentOfShop('no_endpoints', mark)
    expect(found.summary).toMatch(/scaled to 0/)
    await kubectl('scale', 'deployment/shop', '--replicas=1')
    await closed(found)
  })

  test('a Service that is deleted is the trigger', async () => {
    const mark = portolan.mark()
    await kubectl('delete', 'service', 'shop')
    const found = await incidentOfShop('route_backend_missing', mark)
    expect(found.trigger?.text).toBe(`Service ${NAMESPACE}/shop was deleted`)
    await apply(JSON.stringify(SHOP_SERVICE))
    await closed(found)
  })

  test('when the edge proxy moves off the mapped node, its port has the one incident, which lists the routes', async () => {
    const mark = portolan.mark()
    await kubectl('patch', 'deployment', 'edge', '-p', pinEdgeTo(cluster.others[0] ?? ''))
    const found = await portolan.line<IncidentLine>(
      'that the port is dark for where the pod is',
      (line) => isIncident(line) && line.target === `host:${port}` && WHERE_IT_IS.includes(line.cause),
      mark,
    )
    expect(found.routes).toMatchObject({ count: 3, names: expect.arrayContaining(['shop.localhost/']) })
    const opened = portolan
      .lines()
      .slice(mark)
      .filter((line) => line.type === 'incident.opened')
    expect(opened.map((line) => 'target' in line && line.target)).toEqual([`host:${port}`])
    await kubectl('patch', 'deployment', 'edge', '-p', pinEdgeTo(cluster.mapped))
    await closed(found)
  })
})
