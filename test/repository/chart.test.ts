import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { AUDIENCE } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { parse, parseAllDocuments } from 'yaml'
import { chartReadme } from '../../deploy/chart-readme.ts'
import { CHART, plainManifests, render } from '../../deploy/manifests.ts'
import { readConfig } from '../../packages/agent/src/config.ts'
import { read, ROOT } from './tree.ts'

const hasHelm = spawnSync('helm', ['version']).error === undefined
const withHelm = hasHelm ? test : test.skip
const unlessMissing = hasHelm ? '' : ' (skipped: helm is missing, see https://helm.sh/docs/intro/install)'

interface PodSpec {
  securityContext: object
  containers: {
    image: string
    args?: string[]
    env: { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } }[]
    securityContext: object
  }[]
  volumes: { projected?: { sources: { serviceAccountToken?: { audience: string } }[] } }[]
  hostNetwork?: boolean
  enableServiceLinks: boolean
}

interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string; labels: Record<string, string> }
  spec: { template: { spec: PodSpec } }
}

const documents = (text: string) => parseAllDocuments(text).flatMap((one) => (one.toJS() as Manifest | null) ?? [])
const plain = documents(read('deploy/manifests/portolan.yaml'))
const pods = plain.filter(({ kind }) => ['Deployment', 'DaemonSet'].includes(kind)).map((one) => one.spec.template.spec)

describe('the chart', () => {
  test('has the version of the programs', () => {
    const { version, appVersion } = parse(read('deploy/chart/Chart.yaml')) as Record<string, string>
    expect([version, appVersion]).toEqual([buildInfo.version, buildInfo.version])
  })

  test('carries the rules of deploy/rules (node deploy/write.ts)', () => {
    expect(read('deploy/chart/portolan.rules.yaml')).toBe(read('deploy/rules/portolan.rules.yaml'))
  })

  test.each(['fleet', 'itself', 'nodes', 'overview', 'port'])(
    'carries the dashboard %s (node deploy/write.ts)',
    (name) => {
      expect(read(`deploy/chart/dashboards/${name}.json`)).toBe(read(`grafana/dashboards/${name}.json`))
    },
  )

  test('lists its values in its README (node deploy/write.ts)', () => {
    expect(read('deploy/chart/README.md')).toBe(chartReadme())
  })

  test('names no address of a release, of which the repository knows none', () => {
    const chart = parse(read('deploy/chart/Chart.yaml')) as Record<string, unknown>
    expect(Object.keys(chart).filter((key) => ['home', 'sources', 'icon'].includes(key))).toEqual([])
  })

  test('has a schema for each value, and a value for each of the schema but the name of the cluster', () => {
    const {
      global: _,
      cluster,
      ...schema
    } = (parse(read('deploy/chart/values.schema.json')) as Schema).properties ?? {}
    expect(cluster).toBeDefined()
    expect(keysOf({ properties: schema })).toEqual(leavesOf(parse(read('deploy/chart/values.yaml'))))
  })
})

interface Schema {
  properties?: Record<string, Schema>
}

function keysOf({ properties }: Schema, path = ''): string[] {
  if (properties === undefined) return [path]
  return Object.entries(properties).flatMap(([key, schema]) => keysOf(schema, `${path}/${key}`))
}

/** Deep as the schema's own properties go: what is referred to by it, as `resources`, is one value. */
function leavesOf(values: unknown, path = ''): string[] {
  const isBranch = typeof values === 'object' && values !== null && !Array.isArray(values)
  if (!isBranch || /\/(resources|nodeSelector|affinity|\w*[lL]abels|\w*[aA]nnotations)$/.test(path)) return [path]
  return Object.entries(values).flatMap(([key, value]) => leavesOf(value, `${path}/${key}`))
}

describe(`helm${unlessMissing}`, () => {
  withHelm('finds nothing to complain about', () => {
    const words = ['lint', '--strict', CHART, '--set', 'cluster=kind']
    expect(spawnSync('helm', words, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })

  withHelm('renders the plain manifests that are there (node deploy/write.ts)', () => {
    expect(read('deploy/manifests/portolan.yaml')).toBe(plainManifests())
  })

  withHelm.each<[string, string[], string[], string[]]>([
    ['no agents', ['agents.enabled=false'], [], ['DaemonSet portolan-agent', 'Namespace portolan-agents']],
    [
      'a namespace that is there',
      ['agents.createNamespace=false'],
      ['DaemonSet portolan-agent'],
      ['Namespace portolan-agents'],
    ],
    ['a claim', ['collector.storage.kind=claim'], ['PersistentVolumeClaim portolan-collector'], []],
    [
      'a claim that is there',
      ['collector.storage.kind=claim', 'collector.storage.existingClaim=it'],
      [],
      ['PersistentVolumeClaim portolan-collector'],
    ],
    [
      'the Prometheus Operator',
      ['monitoring.podMonitor=true', 'monitoring.prometheusRule=true'],
      ['PodMonitor portolan-collector', 'PodMonitor portolan-agent', 'PrometheusRule portolan'],
      [],
    ],
    [
      'ServiceMonitors',
      ['monitoring.serviceMonitor=true'],
      ['ServiceMonitor portolan-collector', 'ServiceMonitor portolan-agent', 'Service portolan-agent'],
      ['PodMonitor portolan-collector'],
    ],
    [
      'dashboards',
      ['monitoring.dashboards.enabled=true'],
      ['ConfigMap portolan-dashboard-overview', 'ConfigMap portolan-dashboard-port'],
      [],
    ],
    [
      'an Ingress',
      ['collector.page=network', 'ingress.enabled=true', 'ingress.host=ports.example'],
      ['Ingress portolan'],
      [],
    ],
    [
      'somebody who may run the prober',
      ['prober.subjects[0].kind=User', 'prober.subjects[0].name=jane'],
      ['RoleBinding portolan-prober-user'],
      [],
    ],
    [
      'neither policy nor budget',
      ['collector.networkPolicy=false', 'collector.podDisruptionBudget=false'],
      [],
      ['NetworkPolicy portolan-collector', 'PodDisruptionBudget portolan-collector'],
    ],
  ])('with %s it makes what belongs to it', (_, values, there, gone) => {
    const { ok, text } = render('cluster=kind', ...values)
    expect({ ok, text }).toMatchObject({ ok: true })
    const names = documents(text).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(names).toEqual(expect.arrayContaining(there))
    expect(names.filter((name) => gone.includes(name))).toEqual([])
  })

  withHelm('with the certificate of somebody else may read it alone, and makes none', () => {
    const { text } = render('cluster=kind', 'collector.certificateSecret=by-cert-manager')
    const all = documents(text) as (Manifest & { rules?: { resourceNames?: string[]; verbs: string[] }[] })[]
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([])
    const [role] = all.filter(({ kind, metadata }) => kind === 'Role' && metadata.name.endsWith('-certificate'))
    expect(role?.rules).toEqual([expect.objectContaining({ resourceNames: ['by-cert-manager'], verbs: ['get'] })])
    expect(text).toContain('--certificate-secret=portolan/by-cert-manager\n            - --certificate-given\n')
    expect(text).not.toContain('--certificate-lifetime')
  })

  withHelm.each<[string, string[], string[]]>([
    ['in both namespaces', [], ['portolan', 'portolan-agents']],
    ['in its own alone, without agents', ['agents.enabled=false'], ['portolan']],
    ['once, where agents are in the same one', ['agents.namespace=portolan'], ['portolan']],
  ])('has the collector make its certificate known %s', (_, values, namespaces) => {
    const { text } = render('cluster=kind', ...values)
    const places = documents(text).filter(({ kind }) => kind === 'ConfigMap')
    expect(places.map(({ metadata }) => metadata.namespace)).toEqual(namespaces)
    const told = [...text.matchAll(/--trust=(\S+)\/portolan-trust/g)].map(([, namespace]) => namespace)
    expect(told).toEqual(namespaces)
  })

  withHelm('has the collector keep its history in a database, and report to a hub, by secrets alone', () => {
    const { text } = render(
      'cluster=kind',
      'collector.database.secret=portolan-database',
      'collector.hub.url=https://hub.example',
      'collector.hub.secret=portolan-hub',
      'collector.hub.ports={8443}',
    )
    const [deployment, policy] = ['Deployment', 'NetworkPolicy'].map((wanted) =>
      documents(text).find(({ kind }) => kind === wanted),
    )
    const [container] = deployment?.spec.template.spec.containers ?? []
    expect(container?.args).toEqual(
      expect.arrayContaining(['--hub=https://hub.example', '--hub-token-file=/var/run/portolan-hub/token']),
    )
    expect(container?.env).toContainEqual({
      name: 'PORTOLAN_STORE',
      valueFrom: { secretKeyRef: { name: 'portolan-database', key: 'address' } },
    })
    expect(JSON.stringify(policy)).toContain('{"protocol":"TCP","port":5432},{"protocol":"TCP","port":8443}')
    expect(render('cluster=kind', 'collector.hub.url=https://hub.example').ok).toBe(false)
  })

  withHelm('lets the collector out to the API server and a webhook alone, and runs an image by its digest', () => {
    const policy = (...values: string[]) => {
      const { text } = render('cluster=kind', ...values)
      const [found] = documents(text).filter(({ kind }) => kind === 'NetworkPolicy')
      return (found as unknown as { spec: { egress: unknown; policyTypes: string[] } }).spec
    }
    const ports = [443, 6443].map((port) => ({ protocol: 'TCP', port }))
    expect(policy()).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [{ ports }] })
    expect(policy('collector.apiServer.addresses={172.18.0.0/16}', 'collector.apiServer.ports={8443}').egress).toEqual([
      { ports: [{ protocol: 'TCP', port: 8443 }], to: [{ ipBlock: { cidr: '172.18.0.0/16' } }] },
    ])
    expect(policy('collector.webhook.secret=hook').egress).toEqual([
      { ports },
      {
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
          { protocol: 'TCP', port: 443 },
        ],
      },
    ])
    const digest = `sha256:${'a'.repeat(64)}`
    const { text } = render('cluster=kind', `image.digest=${digest}`)
    expect(text.match(/^ *image: .*$/gm)).toEqual(Array(2).fill(expect.stringMatching(`image: portolan@${digest}$`)))
  })

  withHelm('hands the header of an authenticating proxy to the collector, with where it comes from', () => {
    const { text } = render(
      'cluster=kind',
      'collector.authProxy.userHeader=X-User',
      'collector.authProxy.groupsHeader=X-Groups',
      'collector.authProxy.from={10.1.0.0/16,10.2.0.1}',
    )
    const args = [...text.matchAll(/- (--auth-proxy\S+)/g)].map(([, word]) => word)
    expect(args).toEqual([
      '--auth-proxy-header=X-User',
      '--auth-proxy-groups-header=X-Groups',
      '--auth-proxy-from=10.1.0.0/16',
      '--auth-proxy-from=10.2.0.1',
    ])
    expect(render('cluster=kind').text).not.toContain('--auth-proxy')
  })

  withHelm('gives a sidecar the dashboards as they are, and alerts the address of what to do', () => {
    const values = ['monitoring.dashboards.enabled=true', 'monitoring.prometheusRule=true']
    const { text } = render('cluster=kind', ...values, 'monitoring.runbookUrl=https://docs.example/alerts.md')
    const maps = documents(text).filter(({ metadata }) => metadata.name === 'portolan-dashboard-port')
    expect(maps).toMatchObject([
      {
        metadata: { labels: { grafana_dashboard: '1' }, annotations: { grafana_folder: 'Portolan' } },
        data: { 'portolan-port.json': read('grafana/dashboards/port.json') },
      },
    ])
    expect(text).toContain('runbook_url: https://docs.example/alerts.md#portolanportunreachable')
    expect(text).not.toContain('runbook: ')
  })

  withHelm('gives the pods what is asked for beside', () => {
    const named = ['nameOverride=ports', 'commonLabels.team=net', 'imagePullSecrets[0].name=pull']
    const pod = ['collector.podAnnotations.note=one', 'collector.podLabels.kind=two', 'collector.webhook.secret=hook']
    const more = [
      'collector.extraArgs[0]=--interval=2s',
      'collector.extraEnv[0].name=TZ',
      'collector.extraEnv[0].value=UTC',
    ]
    const { text } = render('cluster=kind', ...named, ...pod, ...more)
    const [collector] = documents(text).filter(({ kind }) => kind === 'Deployment')
    expect(collector).toMatchObject({
      metadata: { labels: { team: 'net', 'app.kubernetes.io/name': 'ports' } },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': 'ports' } },
        template: {
          metadata: { labels: { 'app.kubernetes.io/name': 'ports', kind: 'two' }, annotations: { note: 'one' } },
          spec: { imagePullSecrets: [{ name: 'pull' }] },
        },
      },
    })
    const [container] = collector?.spec.template.spec.containers ?? []
    expect(container?.args).toEqual(
      expect.arrayContaining(['--interval=2s', '--webhook-url-file=/var/run/portolan-webhook/url']),
    )
    expect(container?.env).toContainEqual({ name: 'TZ', value: 'UTC' })
  })

  withHelm('without excerpts tells the collector', () => {
    expect(render('cluster=kind').text).not.toContain('--no-excerpts')
    expect(render('cluster=kind', 'collector.excerpts=false').text).toContain('--no-excerpts')
  })

  withHelm('without Events asks for no permission to write them, and tells the collector', () => {
    const { text } = render('cluster=kind', 'collector.events=false')
    expect(text).toContain('--no-events')
    expect(text).not.toContain('create, get, patch')
  })

  withHelm.each([
    ['no name of the cluster', [], "missing property 'cluster'"],
    ['a name that kind would not take', ['cluster=My_Cluster'], "'/cluster': 'My_Cluster' does not match"],
    [
      'an Ingress to a page on loopback',
      ['cluster=kind', 'ingress.enabled=true', 'ingress.host=a.example'],
      'collector.page=network',
    ],
    ['an Ingress without a host', ['cluster=kind', 'collector.page=network', 'ingress.enabled=true'], 'ingress.host'],
    ['an argument that is no option', ['cluster=kind', 'collector.extraArgs[0]=watch'], "'/collector/extraArgs/0'"],
    ['an unknown key', ['cluster=kind', 'agents.prot=1'], "'/agents': additional properties 'prot' not allowed"],
    ['a privileged port', ['cluster=kind', 'agents.port=80'], "'/agents/port': minimum"],
    ['an unknown kind of storage', ['cluster=kind', 'collector.storage.kind=disk'], "'/collector/storage/kind'"],
    [
      'a proxy without an address',
      ['cluster=kind', 'collector.authProxy.userHeader=X-User'],
      "'/collector/authProxy/from': minItems",
    ],
    ['everybody as a proxy', ['cluster=kind', 'collector.authProxy.from={0.0.0.0/0}'], "'/collector/authProxy/from/0'"],
    [
      'no amount of memory',
      ['cluster=kind', 'agents.resources.limits.memory=much'],
      "'/agents/resources/limits/memory'",
    ],
  ])('refuses %s, by its key', (_, values, words) => {
    const { ok, text } = render(...values)
    expect(ok).toBe(false)
    expect(text).toContain(words)
  })

  withHelm.each([
    'image/repository',
    'image/tag',
    'collector/ingestAddress',
    'collector/priorityClassName',
    'collector/storage/storageClass',
    'collector/storage/existingClaim',
    'agents/priorityClassName',
    'ingress/className',
    'ingress/tlsSecret',
  ])('refuses a line break in %s, behind which anything could be set', (path) => {
    const { ok, text } = render('cluster=kind', `${path.replaceAll('/', '.')}=x\n      hostNetwork: true`)
    expect(ok).toBe(false)
    expect(text).toContain(`'/${path}'`)
  })

  withHelm('tells every fault at once', () => {
    const { text } = render('agents.port=80', 'image.pullPolicy=Sometimes', 'collectr=1')
    for (const key of ["'cluster'", '/agents/port', '/image/pullPolicy', "'collectr'"]) expect(text).toContain(key)
  })
})

describe('the pods', () => {
  test('keep to the restricted standard but for the network of the agents', () => {
    expect(pods).toHaveLength(2)
    for (const { securityContext, containers } of pods) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
      for (const one of containers) {
        expect(one.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
      }
    }
    expect(pods.filter(({ hostNetwork }) => hostNetwork)).toHaveLength(1)
  })

  test('run the image of this version', () => {
    const images = pods.flatMap(({ containers }) => containers.map(({ image }) => image))
    expect(new Set(images)).toEqual(new Set([`portolan:${buildInfo.version}`]))
  })

  test('have tokens of the audience that the collector takes', () => {
    const tokens = pods.flatMap(({ volumes }) =>
      volumes.flatMap(({ projected }) => projected?.sources.map((one) => one.serviceAccountToken?.audience) ?? []),
    )
    expect(tokens).toEqual([AUDIENCE])
  })

  test('tell the agent all that it asks for, and nothing that it refuses', () => {
    const fields: Record<string, string> = { 'spec.nodeName': 'kind-worker', 'status.hostIP': '172.18.0.2' }
    const [agent] = pods.filter(({ hostNetwork }) => hostNetwork)
    const env = (agent?.containers[0]?.env ?? []).map(({ name, value, valueFrom }) => [
      name,
      value ?? fields[valueFrom?.fieldRef.fieldPath ?? ''],
    ])
    expect(readConfig(Object.fromEntries(env) as Record<string, string>)).toMatchObject({
      node: 'kind-worker',
      cluster: 'kind',
    })
    expect(agent?.enableServiceLinks).toBe(false) // variables named after a Service may begin as its own do
  })

  test('start the collector with options that it has', () => {
    const args = pods.flatMap(({ containers }) => containers[0]?.args ?? [])
    const [command = '', ...options] = args.map((one) => one.replace(/=.*/, ''))
    const main = join(ROOT, 'packages/cli/src/main.ts')
    const help = execFileSync(process.execPath, [main, command, '--help'], { encoding: 'utf8' })
    expect(options.filter((option) => !help.includes(option))).toEqual([])
    expect(options).toContain('--ingest')
  })
})
