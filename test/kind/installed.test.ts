import { makeCertificate } from '@portolan/certificates'
import { buildInfo } from '@portolan/runtime'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Heard, type Installed, installPortolan } from './harness/installed.ts'
import { attempt, run } from './harness/shell.ts'
import { hasPrometheus, type Scraped, startScraping } from './harness/scraped.ts'
import { answers, openStoryCluster, staysDark, type StoryCluster } from './harness/story-cluster.ts'
import { standInForCollector } from './harness/stranger.ts'
import { until } from './harness/until.ts'
import { OF_ROUTES } from '../prometheus/panels.ts'

/** So long the collector is away; the agents and the prober keep what they see. */
const AWAY_MS = Number(process.env['PORTOLAN_AWAY_SECONDS'] ?? 120) * 1000

if (!hasPrometheus) console.warn('No prometheus is in PATH: the dashboards are not tried on an installed Portolan.')

describe('Portolan installed in a real kind cluster', () => {
  let cluster: StoryCluster
  let portolan: Installed
  let nodes: string[]
  let scraped: Scraped | null = null

  beforeAll(async () => {
    cluster = await openStoryCluster()
    await cluster.reset()
    portolan = await installPortolan(cluster)
    nodes = [`${cluster.name}-control-plane`, cluster.mapped, ...cluster.others]
    if (!hasPrometheus) return
    const addresses = Object.values(cluster.addresses)
    scraped = await startScraping(cluster, { nodes: addresses, prober: portolan.proberMetrics })
  })
  afterAll(async () => {
    await scraped?.[Symbol.asyncDispose]()
    await portolan?.[Symbol.asyncDispose]()
    await cluster.reset()
    await cluster[Symbol.asyncDispose]()
  })

  /** A worker that is neither mapped nor the collector's: what is broken there leaves the collector alone. */
  const farNode = async () => {
    const collector = await portolan.collectorNode()
    return cluster.others.find((node) => node !== collector) ?? ''
  }
  const ports = () => cluster.hostPort

  test('an agent is ready on every node and heard, and each node sees every other', async () => {
    await allAreHeard()
    await until('the mesh is whole', async () => {
      const pairs = [...(await portolan.metric('portolan_mesh_up')).values()]
      return pairs.length === nodes.length * (nodes.length - 1) && pairs.every((up) => up === 1)
    })
  })

  test('facts are taken over TLS alone, and metrics without it', async () => {
    const raw = (path: string) =>
      attempt(['kubectl', '--context', cluster.context, 'get', '--raw', `${SERVICES}/${path}`])
    const plain = await raw('http:portolan-collector:9465/proxy/api/v1/assignment')
    expect(plain).toMatchObject({ code: 1, err: expect.not.stringContaining('token') })
    const secure = await raw('https:portolan-collector:9465/proxy/api/v1/assignment')
    expect(secure).toMatchObject({ code: 1, err: expect.stringMatching(/Unauthorized|provide credentials/) })
    expect((await portolan.metric('portolan_agents_reporting')).size).toBe(1)
  })

  test('a stranger in place of the collector is shown no token of an agent or a prober', async () => {
    {
      await using stranger = await standInForCollector(cluster, `portolan:${buildInfo.version}`)
      await until(
        'each agent and the prober have refused it',
        async () => (await stranger.heard()).refused >= 2 * (nodes.length + 1),
      )
      expect((await stranger.heard()).text).not.toMatch(/source=|agent\/|prober\//)
    }
    await portolan.up(ports().local)
  })

  test('another certificate while probing goes on loses nothing', async () => {
    const certificate = () =>
      cluster.kubectl('-n', 'portolan-agents', 'get', 'configmap', 'portolan-trust', '-o', 'jsonpath={.data.ca\\.crt}')
    const [first, before] = [await certificate(), await portolan.heard()]
    const emptied = ['secret', 'portolan-collector-certificate', '--type=merge', '--patch={"data":null}']
    await cluster.kubectl('-n', 'portolan', 'patch', ...emptied)
    await until('there is another certificate', async () => ![first, ''].includes(await certificate()))
    await allIsHeardSince(before)
  })

  test('a token of its own audience opens the page, for what the roles of its owner grant', async () => {
    const token = async (account: string, audience: string) =>
      (await cluster.kubectl('-n', 'portolan', 'create', 'token', account, `--audience=${audience}`)).trim()
    expect(await portolan.logIn(await token('portolan-viewer', 'portolan-page'))).toEqual([200, 403])
    expect(await portolan.logIn(await token('portolan-annotator', 'portolan-page'))).toEqual([200, 201])
    expect(await portolan.logIn(await token('portolan-annotator', 'portolan-collector'))).toEqual([403, 401])
    expect(await portolan.logIn(await token('default', 'portolan-page'))).toEqual([403, 401])
  })

  test('portolan page opens the page, takes a note, and finds the collector again when its pod is replaced', async () => {
    await using page = await portolan.page()
    expect(await (await page.ask('/')).text()).toContain('<title>Portolan')
    const { targets } = (await (await page.ask('/api/v1/targets')).json()) as { targets: { hostPort: number }[] }
    expect(targets.map(({ hostPort }) => hostPort)).toContain(ports().local)
    const written = await page.ask('/api/v1/notes', { method: 'POST', body: '{"text":"a drain"}' })
    const author = 'system:serviceaccount:portolan:portolan-annotator'
    expect([written.status, await written.json()]).toEqual([201, expect.objectContaining({ author })])
    await cluster.kubectl('-n', 'portolan', 'delete', 'pod', '-l', 'app.kubernetes.io/component=collector')
    await until('the page is there again', async () => {
      const answer = await page.ask('/api/v1/targets').catch(() => null)
      return answer?.status === 200
    })
  })

  test('a certificate that somebody else keeps is shown instead of its own, and trusted', async () => {
    const trusted = () =>
      cluster.kubectl('-n', 'portolan', 'get', 'configmap', 'portolan-trust', '-o', 'jsonpath={.data.ca\\.crt}')
    const own = await trusted()
    const given = await keepCertificate('by-somebody-else')
    await portolan.install('--set', 'collector.certificateSecret=by-somebody-else')
    await allAreHeard()
    expect(await trusted()).toBe(given)
    await portolan.up(ports().local)
    await portolan.install()
    await allAreHeard()
    expect([own, given]).not.toContain(await trusted())
  })

  test('an agent may do no more than any account', async () => {
    const may = (account: string) =>
      cluster.kubectl(
        'auth',
        'can-i',
        '--list',
        '-n',
        'portolan-agents',
        `--as=system:serviceaccount:portolan-agents:${account}`,
      )
    expect(await may('portolan-agent')).toBe(await may('default'))
  })

  test('the story: etp_local with what the agents saw, and kubectl describe tells it', async () => {
    const away = await farNode()
    await cluster.movePod(away)
    await portolan.proven(ports().local, 'etp_local')
    await until('agents have told where the pod answers', async () => {
      const texts = (await portolan.explain(ports().local)).incident?.evidence.map(({ text }) => text).join('\n') ?? ''
      return (
        new RegExp(`^pod:default/app-\\S+ on ${away}: answers at its own node and from `, 'm').test(texts) &&
        new RegExp(`^${cluster.mapped}:30080: connect_timeout from `, 'm').test(texts)
      )
    })
    await cluster.movePod(cluster.mapped)
    await portolan.up(ports().local)
    let told = ''
    await until('the Service has the Events', async () => {
      told = await cluster.kubectl('describe', 'service', 'local')
      return (
        /Warning +PortUnreachable .* portolan .*is dark: Service default\/local has externalTrafficPolicy Local.* Fix: kubectl --context=/.test(
          told,
        ) && /Normal +PortReachable .*answers again after/.test(told)
      )
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}; it has: ${told}\n${await portolan.log()}`)
    })
  })

  test('the mapped node is stopped: node_down, missed by its agent and by its peers', async () => {
    await cluster.stopNode(cluster.mapped)
    await portolan.proven(ports().cluster, 'node_down')
    await until('the others miss it', async () => {
      const texts = (await portolan.explain(ports().cluster)).incident?.evidence.map(({ text }) => text) ?? []
      return (
        texts.includes(`the agent on ${cluster.mapped} no longer reports`) &&
        texts.some((text) => text.endsWith(`get no echo from ${cluster.mapped}`))
      )
    })
    expect([...(await portolan.metric('portolan_agents_reporting')).values()]).toEqual([nodes.length - 1])
    await cluster.reset()
    await portolan.up(ports().cluster)
  })

  test("the collector's own node is stopped: it comes back elsewhere, with the gap marked", async () => {
    const node = await portolan.collectorNode()
    await cluster.stopNode(node)
    await until('the collector is on another node', async () => {
      const now = await portolan.collectorNode()
      return now !== '' && now !== node && (await attempt(['true'])).code === 0
    })
    await until('it hears the prober again, and says what it missed', async () =>
      (await portolan.gaps().catch(() => [])).some(({ reason }) => reason.includes('is lost')),
    )
    await cluster.reset()
    await portolan.up(ports().cluster)
  })

  test('the collector is away for two minutes, keeps its store, and nothing is lost, told twice or missing', async () => {
    await keepStoreOn(cluster.others[0] ?? '')
    await portolan.install('--set', 'collector.storage.kind=claim', '--set', 'collector.storage.existingClaim=kept')
    await allAreHeard()
    await portolan.up(ports().local)
    const before = await portolan.heard()

    const went = performance.now()
    const wentAt = Date.now()
    await scaleCollector(0)
    await cluster.movePod(cluster.others[1] ?? '')
    await staysDark(ports().local)
    await cluster.movePod(cluster.mapped)
    await answers(ports().local)
    await until('it was away for long enough', async () => performance.now() - went >= AWAY_MS)
    await scaleCollector(1)

    await portolan.up(ports().local)
    await allIsHeardSince(before)
    const missed = (await portolan.incidents()).filter(
      ({ target, openedAt }) => target === `host:${ports().local}` && Date.parse(openedAt) >= wentAt,
    )
    expect(missed).toEqual([expect.objectContaining({ cause: 'unproven', state: 'closed' })])
    expect(missed[0]?.darkSeconds).toBeGreaterThan(1)
    expect((await portolan.gaps()).filter(({ reason }) => reason === 'Portolan was not running')).toEqual([])
    const rejected = await portolan.metric('portolan_ingest_rejected_total')
    expect([...rejected].filter(([labels, count]) => count > 0 && !labels.includes('repeated'))).toEqual([])
  })

  const besidePrometheus = hasPrometheus ? test : test.skip
  besidePrometheus('a real Prometheus has seen something in every panel of the dashboards', async () => {
    // Whoever does not say who asks is not heard.
    await attempt(['kubectl', '--context', cluster.context, 'get', '--raw', UNSIGNED])
    let empty: string[] = []
    await until('every panel has data', async () => {
      empty = ((await scraped?.emptyPanels(ports().local)) ?? []).filter((panel) => !OF_ROUTES.includes(panel))
      return empty.length === 0
    }).catch((error: Error) => {
      throw new Error(`${error.message}; without data are ${empty.join(', ')}`)
    })
  })

  async function allAreHeard(): Promise<void> {
    await until(
      'all agents are heard',
      async () => [...(await portolan.metric('portolan_agents_reporting')).values()][0] === nodes.length,
    )
  }

  /** As cert-manager writes it of an issuer that signs for itself. @returns the authority's certificate */
  async function keepCertificate(name: string): Promise<string> {
    const [from, to] = [-1, 24].map((hours) => new Date(Date.now() + hours * 60 * 60_000)) as [Date, Date]
    const { cert, key } = await makeCertificate('portolan-collector.portolan.svc', from, to)
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name, namespace: 'portolan' },
      stringData: { 'tls.crt': cert, 'tls.key': key, 'ca.crt': cert },
    })
    return cert
  }

  async function apply(object: object): Promise<void> {
    await run(['kubectl', '--context', cluster.context, 'apply', '-f', '-'], { input: JSON.stringify(object) })
  }

  async function allIsHeardSince(before: Heard[]): Promise<void> {
    await until('everything that was kept has come', async () => {
      const now = await portolan.heard()
      return isWhole(now) && before.filter(isOfFacts).every((one) => (lastOf(now, one) ?? 0) > one.last)
    })
  }

  async function scaleCollector(replicas: 0 | 1): Promise<void> {
    await cluster.kubectl('-n', 'portolan', 'scale', 'deployment', 'portolan-collector', `--replicas=${replicas}`)
    if (replicas === 1)
      await cluster.kubectl('-n', 'portolan', 'rollout', 'status', 'deployment/portolan-collector', '--timeout=120s')
    else
      await cluster.kubectl(
        '-n',
        'portolan',
        'wait',
        '--for=delete',
        'pod',
        '-l',
        'app.kubernetes.io/component=collector',
        '--timeout=60s',
      )
  }

  /** A volume that outlives the collector's pod, on one node. */
  async function keepStoreOn(node: string): Promise<void> {
    await cluster.onNode(node, 'mkdir', '-p', '-m', '777', '/var/kept')
    const capacity = { storage: '1Gi' }
    const shared = { accessModes: ['ReadWriteOnce'], storageClassName: 'kept' }
    const isNode = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }]
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'kept' },
      spec: {
        ...shared,
        capacity,
        local: { path: '/var/kept' },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: isNode }] } },
      },
    }
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'kept', namespace: 'portolan' },
      spec: { ...shared, resources: { requests: capacity } },
    }
    await apply({ apiVersion: 'v1', kind: 'List', items: [volume, claim] })
  }
})

const SERVICES = '/api/v1/namespaces/portolan/services'
const UNSIGNED =
  '/api/v1/namespaces/portolan/services/https:portolan-collector:9465/proxy/api/v1/assignment?cluster=c&source=s'

/** How things stand is told anew to each collector, under a name of its own. */
const isOfFacts = ({ boot }: Heard) => !boot.includes('~')

/** Every number from the first to the last is there, and once. */
function isWhole(heard: Heard[]): boolean {
  return heard.every(({ facts, distinct, first, last }) => facts === distinct && facts === last - first + 1)
}

function lastOf(heard: Heard[], { source, boot }: Heard): number | undefined {
  return heard.find((one) => one.source === source && one.boot === boot)?.last
}
