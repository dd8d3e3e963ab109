import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Retention, Store } from '../../src/store/store.ts'
import { epoch, fact, gap, incident, placementChange, routeView, stateChange, T0 } from './examples.ts'

const KEEP: Retention = { factsMs: 1000, historyMs: 10_000, bytes: 1 << 30 }

/**
 * What every store has to do, whatever it is made of.
 *
 * @param open makes an empty one
 */
export function describeStore(name: string, open: (retention: Retention) => Promise<Store>): void {
  describe(`${name} as a store`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open(KEEP)
    })
    afterEach(() => store.close())

    test('gives facts back as they were, in the order of receipt', async () => {
      await store.write({ facts: [fact(1), fact(2)] })
      await store.write({ facts: [fact(3)] })
      const found = await store.facts({ limit: 10 })
      expect(found.map((one) => one.fact)).toEqual([fact(1), fact(2), fact(3)])
    })

    test('goes on with facts after one that was read', async () => {
      await store.write({ facts: [fact(1), fact(2), fact(3)] })
      const [first] = await store.facts({ limit: 1 })
      const rest = await store.facts({ after: first?.id ?? 0, limit: 10 })
      expect(rest.map((one) => one.fact.sequence)).toEqual([2, 3])
    })

    test('keeps what people were told, in its order, until that is gone', async () => {
      const waiting = {
        type: 'risk.began',
        at: T0,
        cluster: 'dev',
        target: 'host:1',
        summary: 'it is',
        times: 1,
      } as const
      const page = (key: string) => ({
        key,
        on: 'so',
        sentAt: null,
        waiting: { ...waiting, incident: null, darkProbability: 0.5 },
      })
      await store.write({ pages: [page('b'), page('a')].map((one) => ({ key: one.key, page: one })) })
      expect(await store.pages()).toEqual([page('b'), page('a')])
      await store.write({ pages: [{ key: 'b', page: { ...page('b'), sentAt: T0 } }] })
      expect(await store.pages()).toEqual([page('a'), { ...page('b'), sentAt: T0 }])
      await store.write({ pages: [{ key: 'a', page: null }] })
      expect((await store.pages()).map(({ key }) => key)).toEqual(['b'])
    })

    test('knows the targets of which it keeps an epoch of that time', async () => {
      await store.write({
        epochs: [
          epoch('e1', { target: 'host:2' }),
          epoch('e2', { target: 'host:1' }),
          epoch('e3', { target: 'host:2' }),
        ],
      })
      await store.write({ epochs: [epoch('e1', { cluster: 'another', target: 'host:9' })] })
      await store.write({ epochs: [epoch('early', { target: 'host:3', startedAt: T0 - 90, endedAt: T0 - 50 })] })
      await store.write({ epochs: [epoch('late', { target: 'host:4', startedAt: T0 + 500, endedAt: null })] })
      const told = async (from: number, to: number) =>
        (await store.targets({ from, to })).map(({ cluster, target }) => `${cluster} ${target}`)
      expect(await told(T0, T0 + 100)).toEqual(['another host:9', 'dev host:1', 'dev host:2'])
      expect(await told(T0 - 80, T0 - 60)).toEqual(['dev host:3'])
      expect(await told(T0 + 600, T0 + 700)).toContain('dev host:4')
    })

    test('tells what a target last became before a time', async () => {
      const down = { ...stateChange(T0 + 10), state: 'down' as const }
      await store.write({ changes: [stateChange(T0), down, stateChange(T0 + 20)] })
      const before = async (from: number, cluster = 'dev') => {
        const targets = [{ cluster, target: 'host:30080' }]
        return (await store.histories({ targets, from, to: T0 + 100 })).map((history) => history.before)
      }
      expect(await before(T0 + 15)).toMatchObject([{ state: 'down', symptom: 'silent' }])
      expect(await before(T0)).toEqual([null])
      expect(await before(T0 + 15, 'another')).toEqual([null])
    })

    test('tells what happened to whole clusters apart from what happened to ports', async () => {
      const event = { type: 'cluster.event', event: 'node_cordoned', node: 'a', text: 'a was cordoned' } as const
      const changes = [T0, T0 + 10].map((at) => ({ ...event, at, cluster: 'dev' }))
      await store.write({ changes: [...changes, { ...event, at: T0 + 5, cluster: 'prod' }] })
      const told = async (query: Parameters<typeof store.events>[0]) =>
        (await store.events(query)).map(({ at, cluster }) => `${cluster} ${at - T0}`)
      expect(await told({ limit: 10 })).toEqual(['dev 0', 'prod 5', 'dev 10'])
      expect(await told({ cluster: 'dev', from: T0 + 1, limit: 10 })).toEqual(['dev 10'])
      expect(await told({ to: T0 + 5, limit: 1 })).toEqual(['dev 0'])
    })

    test('keeps notes by the time that they are about, and those on every cluster for each', async () => {
      const note = { id: 'n', cluster: null, targets: [], from: T0, to: T0 + 10, text: 'a drain' }
      await store.write({ notes: [note, { ...note, id: 'm', cluster: 'prod', from: T0 + 5, to: T0 + 50 }] })
      expect((await store.notes({ limit: 10 })).map(({ id }) => id)).toEqual(['n', 'm'])
      expect((await store.notes({ cluster: 'dev', limit: 10 })).map(({ id }) => id)).toEqual(['n'])
      expect((await store.notes({ from: T0 + 20, limit: 10 })).map(({ id }) => id)).toEqual(['m'])
    })

    test('keeps all of a batch or nothing', async () => {
      const broken = { id: 'n', cluster: null, targets: [], from: null as unknown as number, to: T0, text: 'a drain' }
      await expect(store.write({ facts: [fact(1)], notes: [broken] })).rejects.toThrow()
      expect(await store.facts({ limit: 10 })).toEqual([])
      await store.write({ facts: [fact(1)] })
      expect(await store.facts({ limit: 10 })).toHaveLength(1)
    })

    test('numbers the timeline upwards and says the numbers', async () => {
      const first = await store.write({ changes: [stateChange(T0), gap(T0)] })
      const second = await store.write({ changes: [stateChange(T0 + 1)] })
      expect(await store.timeline({ limit: 10 })).toEqual([...first, ...second])
      expect(await store.timeline({ after: first[0]?.id ?? 0, limit: 1 })).toEqual([first[1]])
    })

    test.each([
      ['from', { from: T0 + 10 }, [T0 + 10, T0 + 20]],
      ['to', { to: T0 + 10 }, [T0, T0 + 10]],
      ['a cluster', { cluster: 'other' }, [T0 + 20]],
      ['a limit', { limit: 1 }, [T0]],
    ])('narrows the timeline by %s', async (_, query, expected) => {
      await store.write({ changes: [stateChange(T0), gap(T0 + 10), stateChange(T0 + 20, 'host:1', 'other')] })
      const found = await store.timeline({ limit: 10, ...query })
      expect(found.map(({ change }) => change.at)).toEqual(expected)
    })

    test('tells of a target what concerns it: its own, moves behind it and every gap', async () => {
      const own = stateChange(T0, 'host:1')
      const move = placementChange(T0 + 1, ['host:2', 'host:1'])
      const changes = [own, stateChange(T0, 'host:2'), move, placementChange(T0, ['host:3']), gap(T0 + 2)]
      await store.write({ changes })
      const found = await store.timeline({ targets: ['host:1'], limit: 10 })
      expect(found.map(({ change }) => change)).toEqual([own, move, gap(T0 + 2)])
    })

    test('keeps the latest of an incident and of an epoch', async () => {
      await store.write({ incidents: [incident('i1')], epochs: [epoch('e1')] })
      const closed = incident('i1', { cause: 'no_endpoints', closedAt: T0 + 5 })
      await store.write({ incidents: [closed], epochs: [epoch('e1', { endedAt: T0 + 5, failed: 3 })] })
      expect(await store.incidents({ limit: 10 })).toEqual([closed])
      expect(await store.epochs({ limit: 10 })).toEqual([epoch('e1', { endedAt: T0 + 5, failed: 3 })])
    })

    test('tells one id in two clusters apart', async () => {
      await store.write({ incidents: [incident('i1'), incident('i1', { cluster: 'other' })] })
      expect(await store.incidents({ cluster: 'other', limit: 10 })).toEqual([incident('i1', { cluster: 'other' })])
    })

    test.each([
      ['open', { state: 'open' as const }, ['open']],
      ['closed', { state: 'closed' as const }, ['long', 'old']],
      ['by id', { id: 'old' }, ['old']],
      ['that lasted into a range', { from: T0 + 60 }, ['open', 'long']],
      ['that began before the end of a range', { to: T0 + 15 }, ['long', 'old']],
    ])('finds incidents %s, newest first', async (_, query, expected) => {
      await store.write({
        incidents: [
          incident('old', { openedAt: T0, closedAt: T0 + 50 }),
          incident('long', { openedAt: T0 + 10, closedAt: T0 + 100 }),
          incident('open', { openedAt: T0 + 20 }),
        ],
      })
      const found = await store.incidents({ limit: 10, ...query })
      expect(found.map(({ id }) => id)).toEqual(expected)
    })

    test('finds epochs of a target, newest first', async () => {
      const epochs = [epoch('e1'), epoch('e2', { startedAt: T0 + 1 }), epoch('e3', { target: 'host:1' })]
      await store.write({ epochs })
      const found = await store.epochs({ target: 'host:30080', limit: 10 })
      expect(found.map(({ id }) => id)).toEqual(['e2', 'e1'])
    })

    test('remembers when it was last awake beside the last view', async () => {
      await store.write({
        views: [{ cluster: 'dev', lastAt: T0, explanations: [], portless: [], settings: { context: 'kind-dev' } }],
      })
      await store.write({ awake: { at: T0 + 5, clusters: ['dev', 'other'] } })
      expect(await store.views()).toEqual([
        { cluster: 'dev', lastAt: T0 + 5, explanations: [], portless: [], settings: { context: 'kind-dev' } },
        { cluster: 'other', lastAt: T0 + 5, explanations: [], portless: [], settings: {} },
      ])
    })

    test('keeps a route that no port leads to', async () => {
      const portless = [{ route: routeView(), hops: [], incident: null }]
      await store.write({ views: [{ cluster: 'dev', lastAt: T0, explanations: [], portless, settings: {} }] })
      expect((await store.views())[0]?.portless).toEqual(portless)
    })

    test('remembers who writes', async () => {
      expect(await store.writer()).toBeNull()
      await store.introduce({ pid: 7, startedAt: T0, url: 'http://127.0.0.1:9' })
      expect(await store.writer()).toEqual({ pid: 7, startedAt: T0, url: 'http://127.0.0.1:9' })
    })

    describe('pruning', () => {
      test('removes what is too old, and nothing that still lasts', async () => {
        await store.write({
          facts: [fact(1), fact(2, { receivedAt: T0 + 20_000 })],
          changes: [stateChange(T0), stateChange(T0 + 20_000)],
          incidents: [incident('open'), incident('old', { closedAt: T0 }), incident('new', { closedAt: T0 + 20_000 })],
          epochs: [epoch('lasts'), epoch('old', { endedAt: T0 }), epoch('new', { endedAt: T0 + 20_000 })],
          awake: { at: T0 + 20_000, clusters: ['dev'] },
        })
        expect(await store.prune(T0 + 20_500)).toBe(false)
        expect((await store.facts({ limit: 10 })).map((one) => one.fact.sequence)).toEqual([2])
        expect((await store.timeline({ limit: 10 })).map((one) => one.change.at)).toEqual([T0 + 20_000])
        expect((await store.incidents({ limit: 10 })).map(({ id }) => id)).toEqual(['open', 'new'])
        expect((await store.epochs({ limit: 10 })).map(({ id }) => id)).toEqual(['new', 'lasts'])
      })

      test('removes old moves from every port behind which they happened', async () => {
        const ports = ['host:1', 'host:2']
        await store.write({ changes: [T0, T0 + 20_000].map((at) => placementChange(at, ports)) })
        await store.prune(T0 + 20_500)
        const targets = ports.map((target) => ({ cluster: 'dev', target }))
        const drawn = await store.histories({ targets, from: T0, to: T0 + 30_000 })
        expect(drawn.map(({ moves }) => moves.map(({ at }) => at))).toEqual([[T0 + 20_000], [T0 + 20_000]])
      })

      test('removes what lasts in a cluster that nobody watches any more', async () => {
        await store.write({
          incidents: [incident('open')],
          epochs: [epoch('lasts')],
          awake: { at: T0, clusters: ['dev'] },
        })
        await store.prune(T0 + 20_000)
        expect(await store.incidents({ limit: 10 })).toEqual([])
        expect(await store.epochs({ limit: 10 })).toEqual([])
        expect(await store.views()).toEqual([])
      })

      test('removes the oldest of more notes, and streams of one source, than anybody needs', async () => {
        const note = { cluster: null, targets: [], text: 'x', to: T0 + 20_000 }
        const notes = Array.from({ length: 5100 }, (_, n) => ({ ...note, id: `n${n}`, from: T0 + 6000 - n }))
        const sourceOf = (n: number) => (n < 300 ? 'agent/a' : `prober/host-${n}`)
        const streams = Array.from({ length: 600 }, (_, n) => {
          return { cluster: 'dev', source: sourceOf(n), boot: `b${n}`, sequence: 1, at: T0 + n }
        })
        await store.write({ notes, streams })
        await store.prune(T0 + 100)
        const left = await store.notes({ limit: 10_000 })
        expect(left.map(({ id }) => id)).toEqual(Array.from({ length: 5000 }, (_, n) => `n${5099 - n}`))
        const kept = (await store.streams()).map(({ boot }) => Number(boot.slice(1))).sort((a, b) => a - b)
        expect([kept.length, kept[0], kept[256]]).toEqual([512, 44, 344])
      })

      test('removes the oldest facts when there is too much, then the oldest of the timeline, and ends', async () => {
        store.close()
        store = await open({ ...KEEP, factsMs: 1e9, historyMs: 1e9, bytes: 200_000 })
        const reason = 'x'.repeat(1000)
        const observed = { kind: 'engine', status: 'lost', reason } as const
        await store.write({ facts: Array.from({ length: 5000 }, (_, index) => fact(index + 1, { observed })) })
        await store.write({ changes: Array.from({ length: 20 }, (_, index) => stateChange(T0 + index)) })
        while (await store.prune(T0 + 10_000));
        const left = await store.facts({ limit: 10_000 })
        expect(left.length).toBeLessThan(200)
        expect(await store.timeline({ limit: 100 })).toHaveLength(20)
      })
    })
  })
}
