import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { buildInfo } from '@portolan/runtime'
import { portolan } from './portolan.ts'

let folder: string
let env: NodeJS.ProcessEnv

/** Stands in for a tool: tells what it is called with, and answers as the lines of a shell's `case` say. */
function fake(tool: string, answers = ''): void {
  const path = join(folder, 'bin', tool)
  const calls = join(folder, 'calls')
  writeFileSync(path, `#!/bin/sh\necho "${tool} $*" >> '${calls}'\ncase "$*" in\n${answers}\n*) ;;\nesac\n`)
  chmodSync(path, 0o755)
}

const calls = () =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
const changes = () => calls().filter((line) => !/^(kind get|docker image inspect|kubectl .* get)/.test(line))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-install-'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'calls'), '')
  const kubeconfig = join(folder, 'config')
  const access = {
    contexts: [{ name: 'kind-sea', context: { cluster: 'sea' } }],
    clusters: [{ name: 'sea', cluster: { server: 'https://127.0.0.1:1' } }],
  }
  writeFileSync(kubeconfig, JSON.stringify(access))
  fake('kind', '"get clusters") echo sea ;;')
  fake('docker', '"image inspect"*) echo sha256:1 ;;')
  fake('kubectl')
  fake('helm', 'upgrade*) echo "helm at work" ;;')
  env = { PATH: join(folder, 'bin'), KUBECONFIG: kubeconfig }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('portolan install', () => {
  test('prints what it will do, does just that, and says how to look at it', async () => {
    const { code, out, err } = await portolan(['install'], env).ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const [plan = ''] = out.split('\n$ ')
    const planned = plan
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .map((line) => line.trim())
    const done = out
      .split('\n')
      .filter((line) => line.startsWith('$ '))
      .map((line) => line.slice(2))
    expect(planned).toHaveLength(7)
    expect(done).toEqual(planned)
    expect(changes()).toEqual(planned)
    expect(out).toContain('helm at work')
    expect(out).toMatch(/^ {2}portolan page --cluster=sea$/m)
  })

  test('finds its chart', async () => {
    const { out } = await portolan(['install', '--dry-run'], env).ended
    const chart = /upgrade --install portolan (?<chart>\S+)/.exec(out)?.groups?.['chart'] ?? ''
    expect(readFileSync(join(chart, 'Chart.yaml'), 'utf8')).toContain('name: portolan')
  })

  test.each([
    ['is of a version without TLS', '["collector","--cluster=sea"]', 3],
    ['has TLS', '["collector","--certificate-secret=portolan/x"]', 1],
    ['was asked to have none', '["collector","--no-tls"]', 1],
  ])('of a collector that %s', async (_, args, times) => {
    fake('kubectl', `*"get deployment"*) echo '${args}' ;;\n*"get namespace"*) echo namespace/portolan ;;`)
    expect(await portolan(['install'], env).ended).toMatchObject({ code: 0, err: '' })
    expect(calls().filter((line) => line.startsWith('helm upgrade'))).toHaveLength(times)
  })

  test('changes nothing with --dry-run', async () => {
    const { code } = await portolan(['install', '--dry-run'], env).ended
    expect({ code, changes: changes() }).toEqual({ code: 0, changes: [] })
  })

  test('stops at the first command that fails, and says what to do', async () => {
    fake('helm', 'upgrade*) echo "bad values" >&2; exit 1 ;;')
    const { code, err } = await portolan(['install'], env).ended
    expect(code).toBe(3)
    expect(err).toMatch(/bad values[^]*Install the collector and the agents, .*: helm ended with exit code 1/)
    expect(calls().at(-1)).toMatch(/^helm upgrade/)
  })

  test('shows the pods and what they wrote where they do not become ready', async () => {
    fake('kubectl', '*rollout*daemonset*) exit 1 ;;\n*"get pods"*) echo "portolan-agent-1 0/1 ImagePullBackOff" ;;')
    const { code, out, err } = await portolan(['install'], env).ended
    expect(code).toBe(3)
    expect(out).toContain('portolan-agent-1 0/1 ImagePullBackOff')
    expect(err).toMatch(/Wait for the agents: kubectl ended with exit code 1\n +see what keeps its pods: /)
    expect(calls().at(-1)).toMatch(/--namespace=portolan-agents logs/)
  })

  test.each<[string, () => void, string[], number, RegExp]>([
    [
      'two tools are missing',
      () => ['helm', 'kind'].forEach(remove),
      [],
      3,
      /helm and kind cannot be found[^]*https:\/\/helm\.sh/,
    ],
    ['there is no cluster', () => fake('kind'), [], 3, /no kind cluster[^]*kind create cluster/],
    [
      'there are two',
      () => fake('kind', '*) echo sea; echo lake ;;'),
      [],
      2,
      /2 kind clusters[^]*sea, lake: --cluster/,
    ],
    ['the kubeconfig does not know it', () => {}, ['--cluster', 'lake'], 2, /no context kind-lake/],
    [
      'there is no image',
      () => fake('docker', '*) echo "No such image" >&2; exit 1 ;;'),
      [],
      2,
      new RegExp(`no image portolan:${buildInfo.version.replaceAll('.', '\\.')}[^]*npm run image`),
    ],
    [
      'the cluster does not answer',
      () => fake('kubectl', '*) echo "connection refused" >&2; exit 1 ;;'),
      [],
      3,
      /sea cannot be asked: connection refused/,
    ],
  ])('changes nothing where %s', async (_, given, words, code, text) => {
    given()
    const end = await portolan(['install', ...words], env).ended
    expect(end.err).toMatch(text)
    expect({ code: end.code, out: end.out, changes: changes() }).toEqual({ code, out: '', changes: [] })
  })

  test('needs neither kind nor docker for a cluster that has the image', async () => {
    for (const tool of ['kind', 'docker']) remove(tool)
    const words = ['install', '--cluster', 'lake', '--context', 'kind-sea', '--no-load']
    expect(await portolan(words, env).ended).toMatchObject({ code: 0, err: '' })
  })
})

test('portolan uninstall removes the release, then the namespace', async () => {
  const { code, out } = await portolan(['uninstall'], env).ended
  expect(code).toBe(0)
  expect(changes().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'helm uninstall',
    'kubectl --context=kind-sea',
  ])
  expect(out).toMatch(/^To remove Portolan from cluster sea/)
})

function remove(tool: string): void {
  rmSync(join(folder, 'bin', tool))
}
