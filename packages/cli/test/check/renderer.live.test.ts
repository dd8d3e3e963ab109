import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { runCheck } from './run-check.ts'

const KIND = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
- role: worker
- role: worker
  extraPortMappings:
  - {containerPort: 30080, hostPort: 8080}
`

const MANIFESTS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
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

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-render-'))
  kind = join(folder, 'kind.yaml')
  manifests = join(folder, 'app.yaml')
  writeFileSync(kind, KIND)
  writeFileSync(manifests, MANIFESTS)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('--render', () => {
  const program = (name: string, script: string) => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/bin:/usr/bin\n${script}\n`, { mode: 0o755 })
  }
  const render = async (files: Record<string, string>) => {
    const tree = mkdtempSync(join(folder, 'tree '))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(tree, name), text)
    const { PATH } = process.env
    process.env.PATH = join(folder, 'bin')
    try {
      return { ...(await runCheck(['-k', kind, '--render', tree, '--format', 'json'])), tree }
    } finally {
      process.env.PATH = PATH
    }
  }
  const read = (output: string) => JSON.parse(output) as CheckDocument

  test('runs helm template for a chart', async () => {
    program('helm', `echo "# $*"; cat '${manifests}'`)
    const { output } = await render({ 'Chart.yaml': 'name: c' })
    expect(read(output)).toMatchObject({ ports: [{ hostPort: 8080, cause: 'etp_local' }], notes: [], problems: [] })
    expect(read(output).ports[0]?.remedies.map(({ diff }) => diff)).toEqual([undefined, undefined])
  })

  test('runs kubectl kustomize for a kustomization', async () => {
    program('kubectl', `test "$1" = kustomize && cat '${manifests}'`)
    const { output } = await render({ 'kustomization.yaml': 'resources: []' })
    expect(read(output)).toMatchObject({ ports: [{ cause: 'etp_local' }], notes: [], problems: [] })
  })

  test('quotes the program that fails, in one line and not without end', async () => {
    program('helm', 'i=0; while [ $i -lt 2000 ]; do printf "no\\033[31m chart\\n" >&2; i=$((i+1)); done; exit 1')
    const { output, exitCode, tree } = await render({ 'Chart.yaml': 'name: c' })
    const [problem] = read(output).problems
    expect(problem).toMatchObject({ file: join(tree, 'Chart.yaml') })
    expect(problem?.message).toMatch(/^cannot be rendered: helm template .* failed: no\uFFFD\[31m chart no/)
    expect(problem?.message.length).toBeLessThan(1500)
    expect(exitCode).toBe(2)
  })

  test('says which program is missing', async () => {
    rmSync(join(folder, 'bin'), { recursive: true, force: true })
    const { output } = await render({ 'Chart.yaml': 'name: c' })
    expect(read(output).problems).toMatchObject([{ message: 'cannot be rendered: PATH has no helm' }])
  })
})
