import { describe, expect, test } from '@jest/globals'
import type { NodeContainer } from '@portolan/core'
import { createStoppedClusters } from '../src/stopped-clusters.ts'

function node(name: string, role: NodeContainer['role'], state: NodeContainer['state']): NodeContainer {
  return { id: name, name, role, state, startedAt: 0, addresses: [], bindings: [], wished: [] }
}

function startCommand(...containers: NodeContainer[]): string | null {
  const stopped = createStoppedClusters()
  stopped.take('sea', { kind: 'containers', containers })
  return stopped.startCommand('sea')
}

describe('what starts a stopped cluster', () => {
  test.each<[string, NodeContainer[], string | null]>([
    [
      'all nodes exited: control planes first',
      [node('sea-a', 'worker', 'exited'), node('sea-control-plane', 'control-plane', 'exited')],
      'docker start sea-control-plane sea-a',
    ],
    [
      'one node is left: nothing, the port tells of its own node',
      [node('sea-control-plane', 'control-plane', 'exited'), node('sea-a', 'worker', 'running')],
      null,
    ],
    [
      'whatever a node is called, it is one word and no option',
      [node('-f', 'worker', 'exited'), node('a; touch b', 'worker', 'exited')],
      `docker start -- -f 'a; touch b'`,
    ],
    ['a paused node is not started but unpaused', [node('sea-control-plane', 'control-plane', 'paused')], null],
    ['no node at all', [], null],
  ])('%s', (_, containers, command) => expect(startCommand(...containers)).toBe(command))

  test('is said in the words of the engine that holds it', () => {
    const stopped = createStoppedClusters()
    const engine = { kind: 'podman', version: '5', operatingSystem: 'Linux', desktop: false, endpoint: 'x' } as const
    stopped.take('sea', { kind: 'engine', status: 'connected', engine })
    stopped.take('sea', { kind: 'containers', containers: [node('sea-control-plane', 'control-plane', 'exited')] })
    expect(stopped.startCommand('sea')).toBe('podman start sea-control-plane')
  })
})
