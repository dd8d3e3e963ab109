import { beforeEach, describe, expect, test } from '@jest/globals'
import { type Incident, type IncidentChange, type Path, PortolanError } from '@portolan/core'
import type { ReportedEvent } from '@portolan/kube'
import { createFakeClock, createRecordedLog, settled } from '@portolan/testing'
import { createKubeEvents, type KubeEvents } from '../src/kube-events.ts'
import { incident } from './incident.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof createFakeClock>
let log: ReturnType<typeof createRecordedLog>
let events: KubeEvents
let path: Pick<Path, 'route' | 'pods'> | null
let written: ReportedEvent[]
let fault: Error | null
let attempts: number

beforeEach(() => {
  clock = createFakeClock()
  log = createRecordedLog()
  path = {
    route: { kind: 'nodePort', service: object('Service', 'web'), port: {} },
    pods: [object('Pod', 'web-1')],
  } as never
  written = []
  fault = null
  attempts = 0
  events = start()
})

function start(): KubeEvents {
  return createKubeEvents({
    client: {
      async writeEvent(event) {
        attempts += 1
        if (fault !== null) throw fault
        written.push(event)
      },
    },
    clock,
    log,
    pathOf: () => path,
  })
}

function object(kind: string, name: string, uid = `uid-${name}`, deletedAt = 0): object {
  return { kind, namespace: 'web', name, uid, deletedAt }
}

/** Tells it, and answers with what was written then. */
async function told(type: IncidentChange['type'], changes: Partial<Incident> = {}): Promise<ReportedEvent[]> {
  const before = written.length
  events.change({ type, at: clock.now(), cluster: 'sea', target: 'host:30080', incident: incident(changes) })
  await settled()
  return written.slice(before)
}

describe('an incident is told', () => {
  test('on the Service and on its pods when it opens', async () => {
    const [onService, onPod, ...rest] = await told('incident.opened')
    expect(onService).toMatchObject({
      name: expect.stringMatching(/^web\.[0-9a-f]{16}$/),
      regarding: { apiVersion: 'v1', kind: 'Service', namespace: 'web', name: 'web', uid: 'uid-web' },
      type: 'Warning',
      reason: 'PortUnreachable',
      message: expect.stringMatching(/^host:30080 is dark: .* Fix: kubectl/),
    })
    expect(onPod).toMatchObject({
      name: expect.stringMatching(/^web-1\./),
      regarding: { kind: 'Pod', uid: 'uid-web-1' },
    })
    expect(rest).toEqual([])
  })

  test('when it closes, as normal', async () => {
    const [onService] = await told('incident.closed', { darkUntil: incident().darkSince + 34_800 })
    expect(onService).toMatchObject({
      type: 'Normal',
      reason: 'PortReachable',
      message: 'host:30080 answers again after 35 s (etp_local)',
    })
  })

  test('again when another cause is found, and where the same one has other words', async () => {
    const [first] = await told('incident.opened')
    const [other] = await told('incident.updated', { cause: 'cross_node', summary: 'The path is cut.' })
    expect(other?.name).not.toBe(first?.name)
    const [better] = await told('incident.updated', { cause: 'cross_node', summary: 'The path from a to b is cut.' })
    expect(better).toMatchObject({ name: other?.name, message: expect.stringContaining('from a to b') })
    expect(await told('incident.updated', { cause: 'cross_node', summary: 'The path from a to b is cut.' })).toEqual([])
  })

  test('on the pods alone behind a host port', async () => {
    path = { route: { kind: 'hostPort', port: 80 }, pods: [object('Pod', 'web-1')] } as never
    expect((await told('incident.opened')).map(({ regarding }) => regarding.kind)).toEqual(['Pod'])
  })

  test('neither on a pod that leaves, nor on more than a few', async () => {
    const many = Array.from({ length: 40 }, (_, index) => object('Pod', `web-${index}`))
    path = { route: { kind: 'hostPort', port: 80 }, pods: [object('Pod', 'left', 'uid-left', 1), ...many] } as never
    const names = (await told('incident.opened')).map(({ regarding }) => regarding.name)
    expect(names).toEqual(['web-0', 'web-1', 'web-2', 'web-3', 'web-4'])
  })

  test('to nobody where the port is gone', async () => {
    path = null
    expect(await told('incident.closed')).toEqual([])
  })
})

describe('nothing is told twice', () => {
  test('the same incident has the same names after a restart', async () => {
    const before = await told('incident.opened')
    events = start()
    expect((await told('incident.opened')).map(({ name }) => name)).toEqual(before.map(({ name }) => name))
  })

  test('a port that flaps counts up', async () => {
    const [down, , up] = [...(await told('incident.opened')), ...(await told('incident.closed'))]
    clock.advance(9 * MINUTE)
    const [downAgain] = await told('incident.opened', { id: 'sea-30080-y' })
    const [upAgain] = await told('incident.closed', { id: 'sea-30080-y' })
    expect([downAgain?.name, upAgain?.name]).toEqual([down?.name, up?.name])
    expect(downAgain?.at).toBe(clock.now())
  })

  test.each([
    ['later', { id: 'sea-30080-y' }, 11, 'uid-web'],
    ['for another cause', { id: 'sea-30080-y', cause: 'no_endpoints' as const }, 1, 'uid-web'],
    ['of another Service by that name', { id: 'sea-30080-y' }, 1, 'uid-new'],
  ])('but an incident %s is one of its own', async (_, changes, minutes, uid) => {
    const [first] = await told('incident.opened')
    clock.advance(minutes * MINUTE)
    path = { route: { kind: 'nodePort', service: object('Service', 'web', uid), port: {} }, pods: [] } as never
    const [second] = await told('incident.opened', changes)
    expect(second?.name).not.toBe(first?.name)
  })
})

describe('many ports that go dark together', () => {
  function goDark(ports: number): void {
    for (let port = 0; port < ports; port += 1) change('incident.opened', `host:${30_000 + port}`)
  }
  function change(type: IncidentChange['type'], target: string): void {
    events.change({ type, at: clock.now(), cluster: 'sea', target, incident: incident({ target, id: target }) })
  }
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1000) {
      clock.advance(1000)
      await settled()
    }
  }
  const targets = () => new Set(written.map(({ message }) => message.slice(0, 'host:30000'.length)))

  test('are told bit by bit, and none is lost', async () => {
    goDark(40)
    await settled()
    expect(written).toHaveLength(30)
    await pass(20_000)
    expect(written).toHaveLength(40)
    await pass(2 * MINUTE)
    expect({ events: written.length, ports: targets().size, log: log.messages }).toEqual({
      events: 80,
      ports: 40,
      log: [],
    })
  })

  test('and come back before their turn are told as they are by then', async () => {
    goDark(40)
    await settled()
    for (let port = 0; port < 40; port += 1) change('incident.closed', `host:${30_000 + port}`)
    await pass(5 * MINUTE)
    const back = written.filter(({ reason }) => reason === 'PortReachable')
    expect(new Set(back.map(({ message }) => message.slice(0, 'host:30000'.length))).size).toBe(40)
  })

  test('beyond what can be told in time are left out, the oldest first, with one word about it', async () => {
    goDark(200)
    await pass(10 * MINUTE)
    expect([written.length, targets().has('host:30000'), targets().has('host:30199')]).toEqual([151, true, true])
    expect(log.messages).toEqual(['too many events for the cluster: the oldest are left out'])
  })
})

describe('an API server that does not take them', () => {
  const away = new PortolanError('api_unreachable', 'connection refused', '')

  test('is asked again until it is back', async () => {
    fault = away
    await told('incident.opened')
    clock.advance(10_000)
    await settled()
    expect({ attempts, written, log: log.messages.length }).toEqual({ attempts: 2, written: [], log: 1 })
    fault = null
    clock.advance(10_000)
    await settled()
    expect(written.map(({ regarding }) => regarding.kind)).toEqual(['Service', 'Pod'])
  })

  test('is not told old news', async () => {
    fault = away
    await told('incident.opened')
    fault = null
    const { now } = clock
    clock.now = () => now() + 6 * MINUTE
    clock.advance(10_000)
    await settled()
    expect(written).toEqual([])
    expect(await told('incident.closed')).toHaveLength(2)
  })

  test('is not asked again where it forbids it, which is said once', async () => {
    fault = new PortolanError('api_forbidden', 'no', '')
    await told('incident.opened')
    await told('incident.closed')
    expect({ attempts, log: log.messages }).toEqual({
      attempts: 4,
      log: ['an event could not be written to the cluster'],
    })
  })

  test('is left alone after a stop', async () => {
    fault = away
    await told('incident.opened')
    await events.stop()
    clock.advance(10_000)
    expect(await told('incident.closed')).toEqual([])
    expect(attempts).toBe(1)
  })
})
