import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  createKubeClient,
  createKubeWatch,
  type DataPlace,
  findCluster,
  type KubeAccess,
  type KubeClient,
} from '@portolan/kube'
import { systemClock } from '@portolan/runtime'
import { parse, parseAllDocuments } from 'yaml'
import { silentLog } from '@portolan/testing'
import { WATCHED } from '../../packages/kube/src/resources.ts'
import { read } from './tree.ts'

interface Rule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string }
  rules?: Rule[]
  subjects?: { name: string }[]
  roleRef?: { name: string }
  spec?: { template: { spec: { automountServiceAccountToken: boolean } } }
}

const manifests = parseAllDocuments(read('deploy/manifests/portolan.yaml')).map((one) => one.toJS() as Manifest)
const find = (kind: string, name: string) => manifests.find((one) => one.kind === kind && one.metadata.name === name)

/** What a role grants, as `GROUP/RESOURCE[NAME] VERB`. */
function granted(kind: string, name: string): Set<string> {
  return grantedBy(find(kind, name)?.rules ?? [])
}

function grantedBy(rules: Rule[]): Set<string> {
  const lines = rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        (resourceNames ?? [null]).flatMap((one) => verbs.map((verb) => permission(group, resource, one, verb))),
      ),
    ),
  )
  return new Set(lines)
}

function permission(group: string, resource: string, name: string | null, verb: string): string {
  return `${group}/${resource}${name === null ? '' : `[${name}]`} ${verb}`
}

const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v\d\w*(?:\/namespaces\/[^/]+)?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?/

/** Of these nobody is granted more than single ones. */
const BY_NAME: readonly string[] = ['secrets', 'configmaps']

/** What the API server asks of a role before it answers, by the words of its reference (Authorization, Request Verbs). */
function neededFor({ method = '', url = '' }: IncomingMessage): string | null {
  const { pathname, searchParams } = new URL(url, 'http://server')
  const { group = '', resource, name, sub } = PATH.exec(pathname)?.groups ?? {}
  // Which kinds there are every account may ask.
  if (resource === undefined) return null
  const reading = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get'
  const verb = { GET: reading, POST: 'create', PATCH: 'patch' }[method] ?? method
  const isOne = sub !== undefined || BY_NAME.includes(resource)
  return permission(group, sub === undefined ? resource : `${resource}/${sub}`, isOne ? (name ?? null) : null, verb)
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-permissions-'))
const log = silentLog
let needed = new Set<string>()
let onNeeded = () => {}
/** Answers everything that it is asked with just enough to go on. */
const server = createServer((request, response) => {
  const one = neededFor(request)
  if (one !== null) needed.add(one)
  answer(request, response)
  onNeeded()
})
let access: KubeAccess

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const kubeconfig = join(folder, 'config')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const text = {
    contexts: [{ name: 'kind-sea', context: { cluster: 'sea' } }],
    clusters: [{ name: 'sea', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
  }
  writeFileSync(kubeconfig, JSON.stringify(text))
  access = findCluster({ cluster: 'sea', kubeconfig, env: {} })
})
beforeEach(() => {
  needed = new Set()
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

const KINDS = WATCHED.map(({ name }) => ({ name }))

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  const isThere = method === 'POST' && url.endsWith('/events')
  response.writeHead(isThere ? 409 : 200, { 'content-type': 'application/json' })
  if (url.includes('watch=true')) return response.flushHeaders()
  const status = { token: '', expirationTimestamp: new Date(0).toISOString(), allowed: true }
  const data = { 'ca.crt': 'a certificate' }
  const items = url.includes('service-name')
    ? [{ endpoints: [{ targetRef: { kind: 'Pod', name: 'collector-1' } }] }]
    : []
  const body = { kind: 'Status', code: 409, metadata: { resourceVersion: '1' }, data, items, status, resources: KINDS }
  response.end(JSON.stringify(body))
}

/** As the chart names them to the collector. */
const PLACES: readonly DataPlace[] = [
  { kind: 'secrets', namespace: 'portolan', name: 'portolan-collector-certificate' },
  { kind: 'configmaps', namespace: 'portolan-agents', name: 'portolan-trust' },
]

/** Each way to ask the API server once, as the programs use it. */
const CALLS: Record<Exclude<keyof KubeClient, 'cluster'>, (client: KubeClient) => Promise<unknown>> = {
  reviewToken: (client) => client.reviewToken('token', 'audience'),
  reviewAccess: (client) => {
    const owner = { username: 'jane', groups: [], extra: {} }
    return client.reviewAccess(owner, { group: 'portolan.dev', resource: 'page', verb: 'get', namespace: 'portolan' })
  },
  writeEvent: (client) => {
    const regarding = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'web', uid: '1' }
    return client.writeEvent({ name: 'one', regarding, type: 'Normal', reason: 'Up', message: 'It is up.', at: 0 })
  },
  requestToken: (client) => client.requestToken('portolan', 'portolan-prober', 'audience', 600),
  askPod: (client) =>
    client.askPod(
      { namespace: 'default', pod: 'web-1', port: 80 },
      { scheme: 'http', path: '/', signal: new AbortController().signal },
    ),
  forwardPort: async (client) => {
    const stream = client.forwardPort({ namespace: 'default', pod: 'web-1', port: 80 })
    const { promise, resolve } = Promise.withResolvers<void>()
    stream.on('error', () => {}).on('close', resolve)
    await promise
  },
  readData: async (client) => {
    for (const place of PLACES) await client.readData(place)
  },
  writeData: async (client) => {
    for (const place of PLACES) await client.writeData(place, { some: 'text' }, '1')
  },
  connectToService: async (client) => {
    const to = { namespace: 'portolan', service: 'portolan-collector', port: 9465, tls: true }
    await client.connectToService(to).catch(() => {})
  },
}

/** Whatever a pod is called. Since Kubernetes 1.35 a WebSocket to pods/portforward takes the verb create as well. */
function neededOfAnyPod(): string[] {
  const anyPod = [...needed].map((one) => one.replace(/(\/pods\/\w+)\[.*\]/, '$1'))
  return [...anyPod, '/pods/portforward create'].sort()
}

async function call(...names: (keyof typeof CALLS)[]): Promise<void> {
  const client = createKubeClient({ access, clock: systemClock, log })
  for (const name of names) await CALLS[name](client)
}

describe('the roles grant exactly what is asked of the API server', () => {
  test('by the collector: watches, reviews of tokens and of what their owners may do, Events', async () => {
    await call('reviewToken', 'reviewAccess', 'writeEvent')
    const single = needed
    needed = new Set()
    const watch = createKubeWatch({ access, clock: systemClock, log, onObservation: () => {} })
    const all = Promise.withResolvers<void>()
    onNeeded = () => {
      if (needed.size === WATCHED.length * 2) all.resolve()
    }
    watch.start()
    await all.promise
    await watch.stop()
    expect([...single.union(needed)].sort()).toEqual([...granted('ClusterRole', 'portolan-collector')].sort())
  })

  test('by a collector that asks pods: those two ways, where a value says so', async () => {
    await call('askPod', 'forwardPort')
    const template = read('deploy/chart/templates/collector-account.yaml')
    const [, rules = ''] = /if \.Values\.collector\.witness \}\}\n([^]*?)\s*\{\{- end/.exec(template) ?? []
    expect([...grantedBy(parse(rules) as Rule[])].sort()).toEqual(neededOfAnyPod())
  })

  test('by the collector, in two namespaces: its certificate and what agents trust, by name', async () => {
    await call('readData', 'writeData')
    const roles = ['portolan-collector-certificate', 'portolan-trust'].map((name) => granted('Role', name))
    expect(roles.flatMap((one) => [...one]).sort()).toEqual([...needed].sort())
  })

  test.each([
    ['by the prober: a token, and a port-forward to the collector', 'portolan-prober', 'portolan-prober-user'],
    ['by who opens the page: a token, and the same port-forward', 'portolan-viewer', 'portolan-page-user'],
  ])('%s', async (_, account, role) => {
    await createKubeClient({ access, clock: systemClock, log }).requestToken('portolan', account, 'audience', 600)
    await call('connectToService')
    expect([...granted('Role', role)].sort()).toEqual(neededOfAnyPod())
  })

  test('to nobody but the collector, and to whom the page is shown, the page alone', () => {
    expect([...granted('Role', 'portolan-viewer')]).toEqual(['portolan.dev/page get'])
    expect([...granted('Role', 'portolan-annotator')]).toEqual(['portolan.dev/page get', 'portolan.dev/page annotate'])
  })

  test('to no account by chance, and the agents get no token of the API server', () => {
    const bindings = manifests.filter(({ kind }) => kind.endsWith('Binding'))
    expect(bindings.flatMap(({ roleRef, subjects = [] }) => subjects.map(({ name }) => [roleRef?.name, name]))).toEqual(
      [
        ['portolan-collector', 'portolan-collector'],
        ['portolan-collector-certificate', 'portolan-collector'],
        ['portolan-trust', 'portolan-collector'],
        ['portolan-trust', 'portolan-collector'],
        ['portolan-annotator', 'portolan-annotator'],
        ['portolan-viewer', 'portolan-viewer'],
      ],
    )
    expect(find('DaemonSet', 'portolan-agent')?.spec?.template.spec.automountServiceAccountToken).toBe(false)
  })
})
