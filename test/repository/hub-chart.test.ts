import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { render } from '../../deploy/manifests.ts'
import { read, ROOT } from './tree.ts'

const hasHelm = spawnSync('helm', ['version']).error === undefined
const withHelm = hasHelm ? test : test.skip

interface Manifest {
  kind: string
  metadata: { name: string }
  spec: Record<string, any>
}

const HUB = ['cluster=kind', 'hub.enabled=true', 'hub.secret=portolan-hub', 'hub.database.secret=portolan-database']

/** What belongs to the hub, by its kind. */
function hubOf(...values: string[]): Record<string, Manifest> {
  const { ok, text } = render(...HUB, ...values)
  expect({ ok, text }).toMatchObject({ ok: true })
  const all = parseAllDocuments(text).flatMap((one) => (one.toJS() as Manifest | null) ?? [])
  const its = all.filter(({ metadata }) => metadata.name === 'portolan-hub')
  return Object.fromEntries(its.map((one) => [one.kind, one]))
}

/** Every option that a program is started with, without its value. */
function isKnown(command: string, options: string[]): void {
  const main = join(ROOT, 'packages/cli/src/main.ts')
  const help = execFileSync(process.execPath, [main, command, '--help'], { encoding: 'utf8' })
  expect(options.map((one) => one.replace(/=.*/, '')).filter((option) => !help.includes(option))).toEqual([])
}

describe('the hub of the chart', () => {
  withHelm('is not there until it is asked for', () => {
    expect(render('cluster=kind').text).not.toContain('portolan-hub')
  })

  withHelm('runs two replicas by options that they have, with secrets alone, and no permission at all', () => {
    const { Deployment, Service, ServiceAccount, PodDisruptionBudget, Ingress } = hubOf()
    const { template, replicas } = Deployment?.spec ?? {}
    const [container] = template.spec.containers
    const [command = '', ...options] = container.args as string[]
    isKnown(command, options)
    expect(replicas).toBe(2)
    expect(options).toEqual(
      expect.arrayContaining([
        '--tokens=/var/run/portolan-hub/tokens.json',
        '--token-file=/var/run/portolan-hub/page.key',
      ]),
    )
    expect(container.env).toEqual([
      { name: 'PORTOLAN_STORE', valueFrom: { secretKeyRef: { name: 'portolan-database', key: 'address' } } },
    ])
    expect(template.spec.volumes).toMatchObject([{ name: 'hub', secret: { secretName: 'portolan-hub' } }])
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(Service?.spec['ports'].map(({ port }: { port: number }) => port)).toEqual([9464, 9465, 9466])
    expect([ServiceAccount, PodDisruptionBudget].every((one) => one !== undefined)).toBe(true)
    expect(Ingress).toBeUndefined()
  })

  withHelm('reaches its database alone, by its name, and trusts the authority that is given', () => {
    const { Deployment, NetworkPolicy } = hubOf('hub.database.ports={6432}', 'hub.database.caSecret=authority')
    expect(NetworkPolicy?.spec['policyTypes']).toEqual(['Ingress', 'Egress'])
    expect(NetworkPolicy?.spec['egress']).toEqual([
      {
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
          { protocol: 'TCP', port: 6432 },
        ],
      },
    ])
    const [container] = Deployment?.spec['template'].spec.containers ?? []
    expect(container.volumeMounts).toContainEqual(
      expect.objectContaining({ name: 'database', mountPath: '/var/run/portolan-database', readOnly: true }),
    )
    expect(hubOf('hub.networkPolicy=false')['NetworkPolicy']).toBeUndefined()
  })

  withHelm('has one host for browsers and collectors, with TLS alone', () => {
    const ingress = ['hub.ingress.enabled=true', 'hub.ingress.host=hub.example']
    const { Ingress } = hubOf(...ingress, 'hub.ingress.tlsSecret=hub-tls')
    expect(Ingress?.spec['tls']).toEqual([{ hosts: ['hub.example'], secretName: 'hub-tls' }])
    const [rule] = Ingress?.spec['rules'] ?? []
    const paths = rule.http.paths as { path: string; backend: { service: { port: { name: string } } } }[]
    expect(paths.map(({ path, backend }) => [path, backend.service.port.name])).toEqual([
      ['/api/v1/ingest', 'ingest'],
      ['/api/v1/assignment', 'ingest'],
      ['/', 'page'],
    ])
    expect(render(...HUB, ...ingress).text).toContain("'/hub/ingress/tlsSecret'")
  })

  withHelm('is scraped as the others are', () => {
    expect(hubOf('monitoring.podMonitor=true')['PodMonitor']).toBeDefined()
    expect(hubOf('monitoring.serviceMonitor=true')['ServiceMonitor']).toBeDefined()
  })

  withHelm.each([
    ['no database', ['cluster=kind', 'hub.enabled=true', 'hub.secret=s'], "'/hub/database/secret'"],
    ['no tokens', ['cluster=kind', 'hub.enabled=true', 'hub.database.secret=s'], "'/hub/secret'"],
    ['no replica', [...HUB, 'hub.replicas=0'], "'/hub/replicas'"],
    ['a line break in the address', [...HUB, 'hub.address=0.0.0.0\nhostNetwork: true'], "'/hub/address'"],
  ])('refuses %s, by its key', (_, values, words) => {
    const { ok, text } = render(...values)
    expect(ok).toBe(false)
    expect(text).toContain(words)
  })
})

describe('deploy/fleet/compose.yaml', () => {
  const text = read('deploy/fleet/compose.yaml')
  const { services } = parse(text, { merge: true }) as {
    services: Record<string, { image: string; command?: string[]; ports?: string[]; volumes: string[] }>
  }

  test('starts a database and two replicas, by options that they have', () => {
    expect(Object.keys(services)).toEqual(['database', 'hub-1', 'hub-2'])
    for (const name of ['hub-1', 'hub-2']) {
      const [command = '', ...options] = services[name]?.command ?? []
      isKnown(command, options)
    }
  })

  test('leaves images and the password to who runs it', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/^\$\{[A-Z_]+:\?/)
    expect([...text.matchAll(/PASSWORD: (.*)/g)].map(([, value]) => value)).toEqual(
      Array(2).fill(expect.stringMatching(/^\$\{PORTOLAN_DATABASE_PASSWORD:\?/)),
    )
  })

  test('is reached from this machine alone, and names no address but its own', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports)
    expect(published).toHaveLength(4)
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    expect([...text.matchAll(/\w+:\/\/[^\s?]+/g)].map(([url]) => url)).toEqual(['postgres://portolan@database/hub'])
  })
})
