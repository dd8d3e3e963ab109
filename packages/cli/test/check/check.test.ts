import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { terraformClusterIn } from '@portolan/manifests'
import { type CheckDocument, checkDocument } from '@portolan/wire'
import { runCheck } from './run-check.ts'

const KIND = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: dev
nodes:
- role: control-plane
- role: worker
  extraPortMappings:
  - containerPort: 30080
    hostPort: 8080
- role: worker
- role: worker
`

const MANIFESTS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web, ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, nodePort: 30080}]
`

let folder: string
let kind: string
let manifests: string
let broken: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-check-'))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  kind = write('kind.yaml', KIND)
  manifests = write('app.yaml', MANIFESTS)
  broken = write('broken.yaml', 'apiVersion: v1\nkind: Service\nspec:\n  type: Sometimes\n')
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('portolan check', () => {
  test('prints a line a host port, why, and the fix as a diff', async () => {
    const { output } = await runCheck(['-k', kind, manifests])
    expect(output.replaceAll(folder, 'FOLDER')).toBe(`8080  may go dark 33 %  etp_local  default/web
  2 pods of Deployment default/web may land on dev-worker, dev-worker2 and dev-worker3; only a pod on dev-worker answers.
  pods may be on: dev-worker, dev-worker2, dev-worker3; mapped: dev-worker
  assumed: uniform placement over equally loaded nodes, on which the scheduler keeps replicas apart
  fix: Let every node forward to the pods, wherever they run (externalTrafficPolicy: Cluster). Trade-off: the application no longer sees the address of the client
    --- aFOLDER/app.yaml
    +++ bFOLDER/app.yaml
    @@ -14,6 +14,6 @@
     metadata: {name: web}
     spec:
       type: NodePort
    -  externalTrafficPolicy: Local
    +  externalTrafficPolicy: Cluster
       selector: {app: web}
       ports: [{port: 80, nodePort: 30080}]
  or: Keep the pods on dev-worker, the node that the port is mapped to. Trade-off: the port is down whenever dev-worker is down
    --- aFOLDER/app.yaml
    +++ bFOLDER/app.yaml
    @@ -7,6 +7,8 @@
       template:
         metadata: {labels: {app: web}}
         spec:
    +      nodeSelector:
    +        kubernetes.io/hostname: dev-worker
           containers: [{name: web, image: web, ports: [{containerPort: 80}]}]
     ---
     apiVersion: v1
`)
  })

  test('as JSON it keeps to its schema, and says where each port is written', async () => {
    const { output } = await runCheck(['-k', kind, manifests, '--format', 'json'])
    const document = checkDocument.strict().parse(JSON.parse(output))
    expect(document.clusters).toEqual([
      { name: 'dev', nodes: ['dev-control-plane', 'dev-worker', 'dev-worker2', 'dev-worker3'] },
    ])
    expect(document.ports).toMatchObject([{ darkProbability: 0.3333, listenAddress: '0.0.0.0', file: kind, line: 8 }])
  })

  test('for GitHub it is an annotation at that line', async () => {
    const { output } = await runCheck(['-k', kind, manifests, '--format', 'github'])
    expect(output).toContain(`::warning file=${kind},line=8,title=Host port 8080 may go dark (33 %25)::`)
  })

  test('as SARIF each finding has its rule and its place', async () => {
    const { output } = await runCheck(['-k', kind, manifests, '--format', 'sarif'])
    expect(JSON.parse(output)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          results: [
            {
              ruleId: 'etp_local',
              level: 'warning',
              locations: [{ physicalLocation: { artifactLocation: { uri: kind }, region: { startLine: 8 } } }],
            },
          ],
        },
      ],
    })
  })

  test.each([
    ['text', 'note: The key env is repeated: kubectl takes the last of its values. FILE:8\n'],
    ['github', '::notice file=FILE,line=8,title=note::The key env is repeated'],
    ['sarif', '"level": "note"'],
    ['json', '"notes": [\n    {\n      "file": "FILE",\n      "line": 8,'],
  ])('what a reader should know is a note, as %s, and changes no exit code', async (format, expected) => {
    const repeated = join(folder, 'repeated.yaml')
    const containers = 'containers: [{name: a}]\n  containers: [{name: b}]'.replaceAll('containers', 'env')
    writeFileSync(
      repeated,
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers: []\n  ${containers}\n`,
    )
    const { output, exitCode } = await runCheck(['-k', kind, repeated, '--format', format])
    expect(output.replaceAll(repeated, 'FILE')).toContain(expected)
    expect(exitCode).toBe(0)
  })

  test('two clusters that want the same host port cannot run side by side', async () => {
    const other = join(folder, 'other.yaml')
    writeFileSync(other, KIND.replace('name: dev', 'name: other'))
    const { output } = await runCheck(['-k', kind, '-k', other, manifests])
    expect(output).toContain('The clusters dev and other map the same host port 8080')
  })
})

describe('the name of the cluster', () => {
  const pinned = () => {
    const file = join(folder, 'pinned.yaml')
    const pod = (name: string, more: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [], ${more}}\n`
    const selected = pod('selected', 'nodeSelector: {kubernetes.io/hostname: lab-worker2}')
    writeFileSync(
      file,
      `${selected}---\n${pod('named', 'nodeName: lab-worker')}---\n${pod('here', 'nodeName: dev-worker')}`,
    )
    return file
  }

  test('as given to kind create cluster beats that in the config', async () => {
    const { output } = await runCheck(['-k', kind, '--name', 'lab', manifests, '--format', 'json'])
    expect((JSON.parse(output) as CheckDocument).clusters).toMatchObject([
      { name: 'lab', nodes: expect.arrayContaining(['lab-worker']) },
    ])
  })

  test('is asked for where pods want nodes of another one', async () => {
    const { output, exitCode } = await runCheck(['-k', kind, pinned()])
    expect(output.replaceAll(folder, 'FOLDER').match(/^note: .*$/gm)).toEqual([
      'note: Pod default/selected asks for node lab-worker2, but the cluster is named dev. If you create the cluster with that name, use --name lab. FOLDER/pinned.yaml:1',
      'note: Pod default/named asks for node lab-worker, but the cluster is named dev. If you create the cluster with that name, use --name lab. FOLDER/pinned.yaml:6',
    ])
    expect(exitCode).toBe(0)
  })

  test('that fits leaves nothing to ask', async () => {
    const { output } = await runCheck(['-k', kind, '--name', 'lab', pinned()])
    expect(output).not.toContain('lab-worker, but')
  })

  test('is that of KIND_CLUSTER_NAME where none is given, as kind does it', async () => {
    process.env['KIND_CLUSTER_NAME'] = 'ci'
    try {
      const clusters = async (...words: string[]) =>
        (JSON.parse((await runCheck([...words, manifests, '--format', 'json'])).output) as CheckDocument).clusters
      expect(await clusters('-k', kind)).toMatchObject([{ name: 'ci' }])
      expect(await clusters('-k', kind, '--name', 'lab')).toMatchObject([{ name: 'lab' }])
    } finally {
      delete process.env['KIND_CLUSTER_NAME']
    }
  })

  test('that kind refuses is a problem', async () => {
    const { output, exitCode } = await runCheck(['-k', kind, '--name', 'My Lab', manifests])
    expect({ output, exitCode }).toMatchObject({ output: expect.stringContaining('name: kind takes'), exitCode: 2 })
  })

  test('names one cluster, not two', async () => {
    const { output, exitCode } = await runCheck(['-k', kind, '-k', kind, '--name', 'lab', manifests])
    expect({ output, exitCode }).toEqual({ output: '--name was given for 2 kind configs', exitCode: 2 })
  })

  test('may be missing in several configs, which are then other ways to make one cluster', async () => {
    const files = ['a.yaml', 'b.yaml'].map((name) => join(folder, name))
    for (const file of files) writeFileSync(file, KIND.replace('name: dev\n', ''))
    const { output } = await runCheck([...files.flatMap((file) => ['-k', file]), manifests, '--format', 'json'])
    const { clusters, ports, warnings, notes } = JSON.parse(output) as CheckDocument
    const labels = files.map((file) => `kind (${file})`)
    expect(clusters.map(({ name, nodes }) => [name, nodes[0]])).toEqual(
      labels.map((label) => [label, 'kind-control-plane']),
    )
    expect(ports.map(({ cluster }) => cluster)).toEqual(labels)
    expect(warnings.map(({ cause }) => cause)).not.toContain('port_taken')
    expect(notes).toMatchObject([{ file: files[1], text: expect.stringContaining('both make a cluster named kind') }])
  })
})

test.each(['text', 'json', 'sarif', 'github'])('a name without end is cut, as %s', async (format) => {
  const long = join(folder, 'long.yaml')
  writeFileSync(long, MANIFESTS.replaceAll('name: web', `name: ${'w'.repeat(1_000_000)}`))
  const { output } = await runCheck(['-k', kind, long, '--format', format])
  expect(output).toContain('www')
  expect(output.length).toBeLessThan(60_000)
})

test('a cluster that is described in Terraform is named where no config is', async () => {
  writeFileSync(join(folder, 'cluster.tf'), 'resource "kind_cluster" "dev" {}\n')
  const { output, exitCode } = await runCheck([folder])
  expect({ output, exitCode }).toMatchObject({ output: 'no kind config was named', exitCode: 2 })
  expect(await terraformClusterIn([folder])).toBe(join(folder, 'cluster.tf'))
  rmSync(join(folder, 'cluster.tf'))
  expect(await terraformClusterIn([folder, manifests, join(folder, 'none')])).toBeNull()
})

describe('the exit code', () => {
  test.each([
    ['1 when a port may go dark', () => ['-k', kind, manifests], 1],
    ['0 when that is allowed', () => ['-k', kind, manifests, '--fail-on', 'always'], 0],
    ['0 when nothing can be said', () => ['-k', kind], 0],
    ['2 when a manifest is wrong', () => ['-k', kind, manifests, broken], 2],
    ['2 when a file is not there', () => ['-k', join(folder, 'none.yaml'), manifests], 2],
    ['2 without a kind config', () => [manifests], 2],
    ['2 when standard input is asked for twice', () => ['-k', '-', '-'], 2],
  ])('is %s', async (_, words, expected) => {
    expect((await runCheck(words())).exitCode).toBe(expected)
  })
})
