import { beforeEach, describe, expect, test } from '@jest/globals'
import type { EngineInfo, Observation } from '@portolan/core'
import type { ClusterNode } from '../src/engine.ts'
import { readNode } from '../src/node-container.ts'
import { createRoster, type Roster } from '../src/roster.ts'
import { inspected } from './builders.ts'

const docker: EngineInfo = {
  kind: 'docker',
  version: '28',
  operatingSystem: 'Debian',
  desktop: false,
  endpoint: 'unix:///a',
}
const STARTED = Date.parse('2026-11-25T12:00:00Z')

let told: [string, Observation][]
let roster: Roster

beforeEach(() => {
  told = []
  roster = createRoster({
    onObservation: (cluster, observed) => told.push([cluster, observed]),
    onClusters: () => {},
    onRefused: () => {},
  })
  roster.connected(docker, 1)
  roster.update(nodes('sea-worker'), 1)
  told.length = 0
})

function nodes(...names: string[]): ClusterNode[] {
  return names.map((name) => readNode(inspected(name))!)
}

test('a list that tells nothing new is not told', () => {
  roster.update(nodes('sea-worker'), 2)
  expect(told).toEqual([])
})

test('an engine that was found again as it was, without having been lost, is not told', () => {
  roster.connected({ ...docker }, 2)
  expect(told).toEqual([])
})

test('an engine that comes back as another is told', () => {
  roster.connected({ ...docker, version: '29' }, 2)
  expect(told).toMatchObject([['sea', { kind: 'engine', status: 'connected', engine: { version: '29' } }]])
})

test('a loss is told once, and its gap ends with the return', () => {
  roster.lost('closed', 10)
  roster.lost('closed', 20)
  roster.connected(docker, 30)
  expect(told.map(([, observed]) => observed)).toEqual([
    { kind: 'engine', status: 'lost', reason: 'closed' },
    { kind: 'gap', scope: 'engine', from: 10, to: 30, reason: 'closed' },
    { kind: 'engine', status: 'connected', engine: docker },
  ])
})

describe('a container that dies', () => {
  const die = { id: 'id-sea-worker', action: 'die', exitCode: 137 }

  test('is told as stopped before it can be inspected', () => {
    roster.happened({ ...die, at: STARTED + 5 }, STARTED + 6)
    expect(told).toMatchObject([
      ['sea', { kind: 'container', name: 'sea-worker', action: 'die', exitCode: 137 }],
      ['sea', { kind: 'containers', containers: [{ state: 'exited', addresses: [], bindings: [], wished: [{}] }] }],
    ])
  })

  test('but has started again since is not', () => {
    roster.happened({ ...die, at: STARTED - 5 }, STARTED + 6)
    expect(told.map(([, observed]) => observed.kind)).toEqual(['container'])
  })
})

test('a container that is no node is nobody', () => {
  roster.happened({ id: 'id-other', action: 'die', exitCode: 0, at: STARTED + 5 }, STARTED + 6)
  expect(told).toEqual([])
})
