import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { renderText } from '../../src/check/text.ts'
import { runCheck } from './run-check.ts'

const pods =
  '{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: web, ports: [{containerPort: 80}]}]}}'
const service = (name: string, spec: string) =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: web}, ${spec}}\n`

let folder: string
let files: string[]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-check-'))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const kind = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\n'
  const nodes = 'nodes:\n- role: control-plane\n  extraPortMappings:\n  - {containerPort: 30080, hostPort: 8080}\n'
  files = [
    '-k',
    write('kind.yaml', `${kind}${nodes}`),
    write(
      'app.yaml',
      [
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: ${pods}}\n`,
        service('web', 'type: NodePort, ports: [{port: 80, nodePort: 30080}]'),
        service('debug', 'type: NodePort, ports: [{port: 9000, targetPort: 80, nodePort: 30999}]'),
        service('out', 'type: LoadBalancer, ports: [{port: 8081, targetPort: 80}]'),
      ].join(''),
    ),
  ]
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('Services without a host port', () => {
  test('stand under a heading of their own and are no reason to fail', async () => {
    const { output, exitCode } = await runCheck([...files, '--fail-on', 'may'])
    expect(exitCode).toBe(0)
    const [mapped, unmapped] = output.split('\nServices without a host port\n')
    expect(mapped).toMatch(/^8080 {2}fine/)
    expect(unmapped).toMatch(/no host port -> 30999 {2}always dark {2}not_mapped {2}default\/debug/)
    expect(unmapped).toMatch(/no host port +unknown {2}lb_pending {2}default\/out/)
  })

  test.each([
    ['yes', []],
    ['no', ['always_dark']],
  ])('a LoadBalancer where --load-balancer says %s', async (answer, verdicts) => {
    const { output } = await runCheck([...files, '--load-balancer', answer, '--format', 'json'])
    const { ports } = JSON.parse(output) as CheckDocument
    expect(ports.filter(({ service }) => service === 'default/out').map(({ verdict }) => verdict)).toEqual(verdicts)
  })

  test('are notes in a pull request', async () => {
    const { output } = await runCheck([...files, '--format', 'github'])
    expect(output).toMatch(/^::notice .*title=Service default\/debug has no host port::/m)
    expect(output).not.toMatch(/^::(error|warning)/m)
  })
})

describe('the summary of a job', () => {
  const summaryOf = async (change: (text: string) => string) => {
    const [option = '', kind = '', app = ''] = files
    const changed = join(folder, 'changed.yaml')
    writeFileSync(changed, change(readFileSync(app, 'utf8')))
    return (await runCheck([option, kind, changed, '--format', 'summary'])).output
  }

  test('says at its head that all is well', async () => {
    const summary = await summaryOf((text) => text)
    expect(summary).toMatch(/^# All 1 host ports will answer\n/)
    expect(summary).toContain('| 8080 | fine |')
    expect(summary).toContain('## Services without a host port')
  })

  test('has what is wrong with the fix as a diff', async () => {
    const summary = await summaryOf((text) => text.replace('metadata: {name: web}\nspec: {', '$&replicas: 0, '))
    expect(summary).toMatch(/^# 1 of 1 host ports will not answer, or not always\n\n### Host port 8080: always dark\n/)
    expect(summary).toMatch(/```diff\n--- .*changed\.yaml\n/)
  })

  test('leaves what a file says as text', async () => {
    const summary = await summaryOf((text) => text.replaceAll('debug', '"<img src=x> | [a](b)"'))
    expect(summary).not.toMatch(/<img| \| \[a\]\(b\)/)
  })
})

test('no line of the text is a command to the runner of a CI job', () => {
  const problem = { file: '::stop-commands::x.yaml', line: 1, message: 'is wrong' }
  const note = { text: '##[error]x', file: null, line: null }
  const text = renderText({ clusters: [], ports: [], warnings: [], problems: [problem], notes: [note] })
  expect(text).toContain(String.raw`\::stop-commands::x.yaml:1: is wrong`)
  expect(text).not.toMatch(/^\s*(::|##\[)/m)
})
