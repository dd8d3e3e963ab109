import { describe, expect, test } from '@jest/globals'
import { type FleetChoice, type FleetQuery, QUIET_MS, readCauses, readFleet } from '../../src/hub/fleet.ts'
import type { CauseInCluster, FleetCluster, FleetReader, OpenIncident } from '../../src/store/postgres/fleet.ts'

const BAR = 15 * 60_000
const NOW = 1_700_000_100_000 - (1_700_000_100_000 % BAR) + 60_000
const THIS_BAR = NOW - 60_000

function cluster(name: string, more: Partial<FleetCluster> = {}): FleetCluster {
  return { cluster: name, heardAt: NOW - 1000, labels: {}, ports: 2, states: { up: 2 }, atRisk: 0, open: 0, ...more }
}

function incident(of: string, more: Partial<OpenIncident> = {}): OpenIncident {
  return { cluster: of, target: 'host:1', cause: 'etp_local', summary: 'dark', openedAt: NOW - 5000, ...more }
}

type Given = Partial<Record<'clusters' | 'incidents' | 'bars' | 'outages', unknown[]>>

function fleetOf({ clusters = [], incidents = [], bars = [], outages = [] }: Given, query: Partial<FleetQuery> = {}) {
  const reader = {
    clusters: async () => clusters,
    openIncidents: async () => incidents,
    bars: async () => bars,
    outages: async () => outages,
  } as unknown as FleetReader
  return readFleet(reader, { hours: 1, ...query }, NOW)
}

describe('the clusters of a fleet', () => {
  test('with trouble come first, then those that nobody hears, then the others by name', async () => {
    const { rows } = await fleetOf({
      clusters: [
        cluster('b'),
        cluster('a'),
        cluster('quiet', { heardAt: NOW - QUIET_MS - 1, states: { down: 1 } }),
        cluster('flaps', { states: { up: 1, flapping: 1 } }),
        cluster('dark', { states: { down: 1, up: 1 } }),
      ],
    })
    expect(rows.map((row) => [row.cluster, row.state])).toEqual([
      ['dark', 'dark'],
      ['flaps', 'unsure'],
      ['quiet', 'quiet'],
      ['a', 'answered'],
      ['b', 'answered'],
    ])
  })

  test.each<[string, Given, string[]]>([
    ['nothing was reported', {}, ['unknown', 'unknown', 'unknown', 'unknown']],
    [
      'all probes were answered, but for one in a thousand',
      { bars: [{ cluster: 'a', at: THIS_BAR, attempts: 1000, failed: 1 }] },
      ['unknown', 'unknown', 'unknown', 'answered'],
    ],
    [
      'some probes failed, and no port was dark',
      { bars: [{ cluster: 'a', at: THIS_BAR - BAR, attempts: 100, failed: 2 }] },
      ['unknown', 'unknown', 'unsure', 'unknown'],
    ],
    [
      'a port was dark, and is',
      { outages: [{ cluster: 'a', openedAt: THIS_BAR - 1, closedAt: Number.MAX_SAFE_INTEGER }] },
      ['unknown', 'unknown', 'dark', 'dark'],
    ],
    [
      'a port of another cluster was dark',
      { outages: [{ cluster: 'b', openedAt: 0, closedAt: Number.MAX_SAFE_INTEGER }] },
      ['unknown', 'unknown', 'unknown', 'unknown'],
    ],
  ])('are drawn bar by bar where %s', async (_, given, bars) => {
    const { rows } = await fleetOf({ clusters: [cluster('a')], ...given })
    expect(rows[0]?.bars).toEqual(bars)
  })

  test('that nobody hears any more are not drawn as dark since, whatever was open then', async () => {
    const { rows } = await fleetOf({
      clusters: [cluster('a', { heardAt: THIS_BAR - BAR })],
      outages: [{ cluster: 'a', openedAt: THIS_BAR - 2 * BAR, closedAt: Number.MAX_SAFE_INTEGER }],
    })
    expect(rows[0]?.bars).toEqual(['unknown', 'dark', 'dark', 'unknown'])
  })

  test.each<[string, Partial<FleetQuery>, string[]]>([
    ['a word of the name', { search: 'PROD' }, ['x/prod']],
    ['a label', { labels: { team: 'a' } }, ['x/dev']],
    ['the value of a label as a word', { search: 'team-of-a' }, ['x/dev']],
    ['the cause of an open incident', { search: 'etp' }, ['x/prod']],
    ['words of which one is nowhere', { search: 'prod dev' }, []],
  ])('are found by %s', async (_, query, expected) => {
    const clusters = [cluster('x/dev', { labels: { team: 'a', name: 'team-of-a' } }), cluster('x/prod')]
    const { rows } = await fleetOf({ clusters, incidents: [incident('x/prod')] }, query)
    expect(rows.map((row) => row.cluster)).toEqual(expected)
  })

  test('that are dark for the same cause are named together, and one alone is not', async () => {
    const { shared } = await fleetOf({
      clusters: ['a', 'b', 'c'].map((name) => cluster(name)),
      incidents: [
        incident('b', { openedAt: NOW - 9000 }),
        incident('a'),
        incident('a', { target: 'host:2' }),
        incident('c', { cause: 'no_endpoints' }),
      ],
    })
    expect(shared).toEqual([{ cause: 'etp_local', clusters: ['a', 'b'], since: NOW - 9000 }])
  })
})

describe('what is true of all clusters, whatever is asked for', () => {
  test('is how many there are, how they stand, and the values of their labels', async () => {
    const clusters = [
      cluster('a', { labels: { team: 'x', host: 'one' } }),
      cluster('b', { labels: { team: 'y' }, states: { down: 1 } }),
      cluster('c', { labels: { team: 'x' }, heardAt: 0 }),
    ]
    const { rows, ...all } = await fleetOf({ clusters }, { labels: { team: 'y' } })
    expect(rows).toHaveLength(1)
    expect(all).toMatchObject({
      total: 3,
      states: { dark: 1, unsure: 0, quiet: 1, answered: 1 },
      labels: { host: ['one'], team: ['x', 'y'] },
    })
  })
})

describe('the causes of a fleet', () => {
  function of(name: string, cause: string, more: Partial<CauseInCluster> = {}): CauseInCluster {
    const one = { cluster: name, cause, incidents: 1, open: 0, darkMs: 1000, since: 1, last: 2 }
    return { ...one, incident: `${name}-1`, target: 'host:1', ...more }
  }

  function causesOf(causes: CauseInCluster[], query: FleetChoice = {}) {
    const clusters = ['a', 'b'].map((name) => cluster(name, { labels: { team: name } }))
    const reader = { clusters: async () => clusters, causes: async () => causes } as unknown as FleetReader
    return readCauses(reader, query, { from: 0, to: NOW, now: NOW })
  }

  test('are summed over clusters, those that last first, then the longest', async () => {
    const causes = await causesOf([
      of('a', 'no_endpoints', { darkMs: 90_000 }),
      of('a', 'etp_local', { since: 5, last: 9, darkMs: 3000 }),
      of('b', 'etp_local', { since: 3, last: 4, open: 1, incidents: 2 }),
    ])
    expect(causes).toMatchObject([
      {
        cause: 'etp_local',
        incidents: 3,
        open: 1,
        darkMs: 4000,
        since: 3,
        last: 9,
        clusters: [{ cluster: 'b' }, { cluster: 'a' }],
      },
      { cause: 'no_endpoints', incidents: 1, open: 0, darkMs: 90_000 },
    ])
  })

  test.each<[string, FleetChoice, string[]]>([
    ['a label', { labels: { team: 'b' } }, ['b']],
    ['a cluster', { search: 'a' }, ['a', 'b']],
    ['a cause', { search: 'etp_l' }, ['a', 'b']],
    ['a word that is nowhere', { search: 'never' }, []],
  ])('are narrowed by %s', async (_, query, names) => {
    const [cause] = await causesOf([of('a', 'etp_local'), of('b', 'etp_local'), of('gone', 'etp_local')], query)
    expect(cause?.clusters.map((one) => one.cluster) ?? []).toEqual(names)
  })
})
