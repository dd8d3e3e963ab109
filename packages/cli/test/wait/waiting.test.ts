import { describe, expect, jest, test } from '@jest/globals'
import type { Incident, TargetView, VantageView } from '@portolan/core'
import type { Collector } from '@portolan/collector'
import { readWaitedNames, type Waited } from '../../src/wait/waited-port.ts'
import { startWaiting, type Waiting } from '../../src/wait/waiting.ts'
import { darkTarget, incident, route, target } from '../views.ts'

const LOOKS_OF_TEN_SECONDS = 50

const seen = (symptom: VantageView['symptom'], decides = true): VantageView => ({
  vantage: 'host/loopback4',
  target: 'host:30080',
  address: '127.0.0.1',
  port: 30080,
  decides,
  why: '',
  symptom,
  at: 0,
  durationMs: 1,
  detail: null,
})

const ready = (port: number) => target(port, { vantages: [seen('ok'), seen('refused', false)] })

/** What is mapped where, looked at as often as the test wants. */
function scene(found: {
  clusters: string[]
  targets: TargetView[]
  incidents?: Incident[]
  ignored?: string[]
  /** Why the objects of the cluster, of which no engine is asked, are not known. */
  blind?: string
}) {
  let now = 0
  let due = () => {}
  let end: string | null = null
  const answers: string[] = []
  const live = {
    clusters: () => found.clusters,
    byAddress: found.blind !== undefined,
    ignored: () => found.ignored ?? [],
    collector: {
      targets: () => found.targets,
      incidents: () => found.incidents ?? [],
      blind: () => found.blind ?? null,
    } as unknown as Collector,
  }
  const clock = {
    now: () => now,
    monotonic: () => now,
    after(ms: number, run: () => void) {
      due = () => {
        now += ms
        run()
      }
      return () => {
        due = () => {}
      }
    },
  }
  return {
    answers,
    begin(names: string[] = [], clusters: string[] = []): Waiting {
      const onAnswer = jest.fn(({ target: { id }, isAgain }: Waited) => void answers.push(isAgain ? `${id} again` : id))
      const waiting = startWaiting({ live, clock, clusters, names: readWaitedNames(names), onAnswer })
      waiting.answered.then(
        () => {
          end = 'answered'
        },
        (error: Error) => {
          end = error.message
        },
      )
      return waiting
    },
    /** How it has ended after so many more looks; null while it goes on. */
    async look(times = 0): Promise<string | null> {
      for (let n = 0; n < times; n++) due()
      await Promise.resolve()
      await Promise.resolve()
      return end
    },
  }
}

describe('what is waited for', () => {
  test('every mapped port, until the last of them answers, each told once', async () => {
    const found = { clusters: ['sea'], targets: [ready(30080), darkTarget(30081)] }
    const { begin, look, answers } = scene(found)
    begin()
    expect(await look(3)).toBeNull()
    found.targets = [ready(30080), ready(30081)]
    expect(await look(1)).toBe('answered')
    expect(answers).toEqual(['host:30080', 'host:30081'])
  })

  test('a port that stopped in between, which then answers again', async () => {
    const found = { clusters: ['sea'], targets: [ready(30080), darkTarget(30081)] }
    const { begin, look, answers } = scene(found)
    begin()
    await look(1)
    found.targets = [darkTarget(30080), darkTarget(30081)]
    await look(1)
    found.targets = [ready(30080), ready(30081)]
    expect(await look(1)).toBe('answered')
    expect(answers).toEqual(['host:30080', 'host:30080 again', 'host:30081'])
  })

  test('the named ones alone', async () => {
    const { begin, look } = scene({ clusters: ['sea'], targets: [ready(30080), darkTarget(30081)] })
    begin(['30080'])
    expect(await look()).toBe('answered')
  })

  test('no port that is not probed, be it UDP of which nobody knows what it understands', async () => {
    const udp = target(99, {
      id: 'host:99/udp',
      protocol: 'udp',
      spoken: { protocol: 'off', why: '' },
      state: 'unknown',
    })
    const off = target(81, { spoken: { protocol: 'off', why: '' }, state: 'unknown' })
    const { begin, look } = scene({ clusters: ['sea'], targets: [ready(30080), udp, off] })
    begin()
    expect(await look()).toBe('answered')
  })

  test.each<[string, TargetView]>([
    [
      'nobody has claimed the UDP port yet',
      target(53, { route: 'none', protocol: 'udp', spoken: { protocol: 'off', why: '' }, state: 'unknown' }),
    ],
    ['one vantage that decides has not spoken yet', target(30080, { vantages: [seen('ok'), seen(null)] })],
    ['one that decides fails', target(30080, { vantages: [seen('ok'), seen('refused')] })],
    ['it answers, but not as it should', target(30080, { vantages: [seen('http_status')] })],
    ['it comes and goes', target(30080, { state: 'flapping', vantages: [seen('ok')] })],
  ])('not over while %s', async (_, standing) => {
    const { begin, look } = scene({ clusters: ['sea'], targets: [standing] })
    begin()
    expect(await look(2)).toBeNull()
  })

  test('a cluster that cannot be read has unknown ports, not none', () => {
    const { begin } = scene({ clusters: ['sea'], targets: [], blind: 'the API server of sea cannot be reached' })
    expect(() => begin().requireAll()).toThrow('the API server of sea cannot be reached')
  })

  test('why a port is dark comes with it', () => {
    const dark = darkTarget(30080, { incident: incident().id })
    const { begin } = scene({ clusters: ['sea'], targets: [dark], incidents: [incident()] })
    expect(begin().ports()).toMatchObject([{ answers: false, answeredAfterMs: null, incident: { cause: 'etp_local' } }])
  })
})

describe('a route that is waited for', () => {
  const behind = (...routes: ReturnType<typeof route>[]) => [{ ...ready(80), routes }]

  test('answers when the application does, whatever other routes do', async () => {
    const shop = route('shop.localhost/', { state: 'broken' })
    const found = { clusters: ['sea'], targets: behind(shop, route('blog.localhost/', { state: 'broken' })) }
    const { begin, look, answers } = scene(found)
    begin(['shop.localhost'])
    expect(await look(3)).toBeNull()
    found.targets = behind(route('shop.localhost/'), route('blog.localhost/', { state: 'broken' }))
    expect(await look(1)).toBe('answered')
    expect(answers).toEqual(['route:80/shop.localhost/'])
  })

  test('by a host without a route of its own stands for all of its paths', async () => {
    const paths = [route('shop.localhost/web'), route('shop.localhost/api', { state: 'broken' })]
    const { begin, look } = scene({ clusters: ['sea'], targets: behind(...paths) })
    begin(['shop.localhost'])
    expect(await look(3)).toBeNull()
  })

  test('may come to be known after its port; later than that there is none', async () => {
    const { begin, look } = scene({ clusters: ['sea'], targets: behind(route('a.localhost/')) })
    begin(['shop.localhost'])
    expect(await look(LOOKS_OF_TEN_SECONDS - 1)).toBeNull()
    expect(await look(1)).toMatch(/no port and no route is called shop.localhost/)
  })

  test('does not answer while it answers with errors', async () => {
    const { begin, look } = scene({
      clusters: ['sea'],
      targets: behind(route('a.localhost/', { degraded: 'answers 500' })),
    })
    begin(['a.localhost'])
    expect(await look(3)).toBeNull()
  })

  test('behind a dark port has the incident of the port', () => {
    const dark = darkTarget(80, { incident: incident().id, routes: [route('shop.localhost/', { state: 'down' })] })
    const { begin } = scene({ clusters: ['sea'], targets: [dark], incidents: [incident()] })
    expect(begin(['shop.localhost']).ports()).toMatchObject([
      { target: { id: 'route:80/shop.localhost/' }, answers: false, incident: { cause: 'etp_local' } },
    ])
  })
})

describe('what can never answer', () => {
  test.each<[string, string[], TargetView[], RegExp]>([
    ['a port that is not mapped', ['1'], [ready(30080)], /no port is called 1/],
    ['a port of another cluster', ['lake/30080'], [ready(30080)], /no port is called lake\/30080/],
    [
      'a UDP port of which nobody knows what it understands',
      ['99/udp'],
      [
        target(99, {
          id: 'host:99/udp',
          protocol: 'udp',
          spoken: { protocol: 'off', why: '' },
          note: 'not probed: nobody says what it understands',
        }),
      ],
      /sea\/99\/udp cannot be waited for: not probed/,
    ],
    ['no port at all', [], [], /no host port of sea can be waited for/],
  ])('%s', async (_, names, targets, message) => {
    const { begin, look } = scene({ clusters: ['sea'], targets })
    begin(names)
    expect(await look()).toMatch(message)
  })

  test('no cluster, where none was named', async () => {
    const { begin, look } = scene({ clusters: [], targets: [] })
    begin()
    expect(await look()).toMatch(/no cluster to wait for/)
  })
})

describe('a cluster that was named', () => {
  test('may appear later, and its nodes one after the other', async () => {
    const found = { clusters: [] as string[], targets: [] as TargetView[] }
    const { begin, look } = scene(found)
    begin(['30080'], ['sea'])
    expect(await look(100)).toBeNull()
    found.clusters = ['sea']
    expect(await look(10)).toBeNull()
    found.targets = [ready(30080)]
    expect(await look(1)).toBe('answered')
  })

  test('is not waited for longer when it has been there for a while and has no such port', async () => {
    const found = { clusters: [] as string[], targets: [] as TargetView[] }
    const { begin, look } = scene(found)
    begin(['30081'], ['sea'])
    found.clusters = ['sea']
    found.targets = [ready(30080)]
    expect(await look(LOOKS_OF_TEN_SECONDS)).toBeNull()
    expect(await look(1)).toMatch(/no port is called 30081/)
  })

  test('that never appeared is told with those that exist', () => {
    const waiting = scene({ clusters: [], targets: [], ignored: ['lake'] }).begin([], ['sea'])
    expect(() => waiting.requireAll()).toThrow(
      expect.objectContaining({ code: 'no_clusters', hint: 'these exist: lake' }),
    )
  })
})
