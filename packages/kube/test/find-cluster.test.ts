import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findCluster } from '../src/index.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
  mkdirSync(join(folder, '.kube'))
  write('.kube/config', kubeconfig('kind-home', 'https://127.0.0.1:1'))
  write('two', kubeconfig('kind-sea', 'https://127.0.0.1:2'))
  write('three', kubeconfig('kind-sea', 'https://127.0.0.1:3'))
  write('empty', '')
  write('broken', 'contexts: [')
  write('list', '- 1')
  write('no-cluster', 'contexts: [{name: kind-sea, context: {cluster: gone}}]')
  write('no-user', `${kubeconfig('kind-sea', 'https://127.0.0.1:2').replace('user: someone', 'user: nobody')}`)
  write('no-server', kubeconfig('kind-sea', 'here'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

function kubeconfig(context: string, server: string): string {
  return `
apiVersion: v1
kind: Config
current-context: somewhere-else
contexts:
- {name: ${context}, context: {cluster: ${context}, user: someone}}
clusters:
- {name: ${context}, cluster: {server: "${server}", certificate-authority: ca.crt}}
users:
- {name: someone, user: {tokenFile: token, exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1}}}
`
}

function find(cluster: string, files: string[], more: { kubeconfig?: string; context?: string } = {}) {
  const env = { HOME: folder, KUBECONFIG: files.map((file) => join(folder, file)).join(delimiter) }
  return findCluster({ cluster, env, ...more })
}

describe('the cluster is found', () => {
  test.each([
    ['in the home folder', () => find('home', []), 'https://127.0.0.1:1'],
    ['in the file of KUBECONFIG', () => find('sea', ['two']), 'https://127.0.0.1:2'],
    [
      'in the first of several that know it',
      () => find('sea', ['gone', 'empty', 'three', 'two']),
      'https://127.0.0.1:3',
    ],
    [
      'in the explicit file before all others',
      () => find('sea', ['two'], { kubeconfig: join(folder, 'three') }),
      'https://127.0.0.1:3',
    ],
    [
      'by the explicit context, whatever its name is in kind',
      () => find('other', ['two'], { context: 'kind-sea' }),
      'https://127.0.0.1:2',
    ],
  ])('%s', (_, found, server) => expect(found().server).toBe(server))

  test('with paths relative to the file', () => {
    const { config } = find('sea', ['two'])
    expect(config.cluster.cluster['certificate-authority']).toBe(join(folder, 'ca.crt'))
    expect(config.user?.user).toMatchObject({
      tokenFile: join(folder, 'token'),
      exec: { command: join(folder, 'plugin') },
    })
  })
})

describe('what is wrong is said', () => {
  test.each([
    [
      'no such context',
      () => find('lake', ['two', '.kube/config']),
      'context_not_found',
      'There is no context kind-lake in FOLDER/two, FOLDER/.kube/config: it holds kind-sea, kind-home.',
      'kind export kubeconfig --name=lake',
    ],
    [
      'no context at all',
      () => find('lake', ['empty']),
      'context_not_found',
      'There is no context kind-lake in FOLDER/empty: it holds none.',
      'kind export kubeconfig --name=lake',
    ],
    [
      'no such explicit context',
      () => find('sea', ['two'], { context: 'prod' }),
      'context_not_found',
      'There is no context prod in FOLDER/two: it holds kind-sea.',
      'Name one that exists with --context, or another file with --kubeconfig.',
    ],
    [
      'no file',
      () => find('sea', [], { kubeconfig: '/none/here' }),
      'context_not_found',
      'There is no kubeconfig at /none/here.',
      'kind export kubeconfig --name=sea --kubeconfig=/none/here',
    ],
    [
      'a cluster and a file whose names hold another command: they stay one word each',
      () => find('x; touch y', [], { kubeconfig: '/none/$(id)' }),
      'context_not_found',
      'There is no kubeconfig at /none/$(id).',
      "kind export kubeconfig --name='x; touch y' --kubeconfig='/none/$(id)'",
    ],
    [
      'broken YAML',
      () => find('sea', ['broken']),
      'kubeconfig_invalid',
      expect.stringMatching(/^FOLDER\/broken is not a kubeconfig: .*line 1/),
      'Look at it with: kubectl --kubeconfig=FOLDER/broken config view',
    ],
    [
      'other YAML',
      () => find('sea', ['list']),
      'kubeconfig_invalid',
      'FOLDER/list is not a kubeconfig: it holds no YAML mapping.',
      'Look at it with: kubectl --kubeconfig=FOLDER/list config view',
    ],
    [
      'a folder',
      () => find('sea', ['.kube']),
      'kubeconfig_invalid',
      'The kubeconfig FOLDER/.kube cannot be read (EISDIR).',
      'Check its permissions.',
    ],
    [
      'a context without its cluster',
      () => find('sea', ['no-cluster']),
      'kubeconfig_invalid',
      'The context kind-sea in FOLDER/no-cluster names the cluster gone, which does not exist.',
      'kind export kubeconfig --name=sea',
    ],
    [
      'a context without its user',
      () => find('sea', ['no-user']),
      'kubeconfig_invalid',
      'The context kind-sea in FOLDER/no-user names the user nobody, which does not exist.',
      'kind export kubeconfig --name=sea',
    ],
    [
      'no address',
      () => find('sea', ['no-server']),
      'kubeconfig_invalid',
      'The context kind-sea in FOLDER/no-server has no usable server address (here).',
      'kind export kubeconfig --name=sea',
    ],
  ])('%s', (_, found, code, message, hint) => {
    expect(faultOf(found)).toEqual({ code, message, hint })
  })
})

function faultOf(run: () => unknown): object {
  try {
    run()
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string }
    return { code, message: message.replaceAll(folder, 'FOLDER'), hint: hint.replaceAll(folder, 'FOLDER') }
  }
  throw new Error('nothing was wrong')
}
