import { describe, expect, test } from '@jest/globals'
import type { NodeContainer } from '@portolan/core'
import { readPortName } from '../../src/port-name.ts'
import { hasAsked } from '../../src/running/asked.ts'

const binding = (hostPort: number) => ({
  listenAddress: '0.0.0.0',
  hostPort,
  containerPort: 80,
  protocol: 'tcp' as const,
})
const node: NodeContainer = {
  id: '1',
  name: 'sea-worker',
  role: 'worker',
  state: 'running',
  startedAt: 1,
  addresses: [],
  bindings: [binding(30080)],
  wished: [binding(30081)],
}
const here = { names: ['sea'], nodes: [node] }

describe('a machine has what is asked for', () => {
  test.each<[string, boolean, string[], string[]]>([
    ['by nothing, where it has a cluster', true, [], []],
    ['by a port that is mapped', true, [], ['30080']],
    ['by a port of a node that is stopped', true, [], ['30081']],
    ['by one of two ports', true, [], ['1', '30080']],
    ['by the cluster and the port', true, ['sea'], ['sea/30080']],
    ['not by another port', false, [], ['30082']],
    ['not by another cluster', false, ['bay'], []],
    ['not by the port of another cluster', false, [], ['bay/30080']],
  ])('%s', (_, expected, clusters, ports) => {
    expect(hasAsked(here, clusters, ports.map(readPortName))).toBe(expected)
  })

  test('never, where it has no cluster', () => expect(hasAsked({ names: [], nodes: [] }, [], [])).toBe(false))
})
