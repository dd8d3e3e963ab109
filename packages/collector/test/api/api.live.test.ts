import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as wire from '@portolan/wire'
import { type RunningCollector, startCollector } from '../running-collector.ts'
import { TARGET } from '../story.ts'

let one: RunningCollector

beforeAll(async () => {
  one = await startCollector()
  one.goDark()
  await one.collector.flush()
})

afterAll(() => one.collector.stop())

describe('every answer fits its schema', () => {
  test.each([
    ['/api/v1/targets', wire.targetsDocument],
    [`/api/v1/targets/${TARGET}`, wire.explanationDocument],
    [`/api/v1/targets/dev%2F${TARGET}`, wire.explanationDocument],
    [`/api/v1/targets/${TARGET}/path`, wire.pathDocument],
    ['/api/v1/incidents', wire.incidentsDocument],
    ['/api/v1/incidents?state=open&cluster=dev', wire.incidentsDocument],
    [`/api/v1/epochs?target=${TARGET}`, wire.epochsDocument],
    ['/api/v1/lanes', wire.lanesDocument],
    [`/api/v1/lanes?targets=${TARGET}&resolution=0.5`, wire.lanesDocument],
    ['/api/v1/timeline', wire.timelineDocument],
    ['/api/v1/probes', wire.probesDocument],
    ['/api/v1/clock', wire.clockDocument],
    ['/api/v1/timeline?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00%2B01:00&limit=5', wire.timelineDocument],
  ])('%s', async (path, schema) => {
    const { status, body } = await one.get(path)
    expect(status).toBe(200)
    expect(schema.parse(body)).toEqual(body)
  })
})

test('tells the story', async () => {
  const { body } = await one.get('/api/v1/incidents?state=open')
  const [incident] = body.incidents
  expect(incident).toMatchObject({ cause: 'etp_local', state: 'open', target: TARGET })
  const { body: epochs } = await one.get(`/api/v1/epochs?target=${TARGET}`)
  expect(epochs.epochs.slice(0, 2)).toMatchObject([
    { podNodes: ['b'], endedAt: null, answered: 0 },
    { podNodes: ['a'], endedAt: expect.any(String), expectedUp: true },
  ])
  expect((await one.get(`/api/v1/incidents/${incident.id}`)).body).toMatchObject({ id: incident.id })
  const { body: timeline } = await one.get(`/api/v1/timeline?targets=${TARGET}`)
  expect(timeline.entries.map(({ type }: wire.ChangeLine) => type)).toEqual(
    expect.arrayContaining(['placement.changed', 'incident.opened', 'target.state']),
  )
})

test('draws the story: dark from where the pod moved away', async () => {
  const { body } = await one.get('/api/v1/lanes')
  const [lane] = wire.lanesDocument.parse(body).lanes
  expect(lane?.reach.map(({ state }) => state)).toEqual(['unknown', 'up', 'down'])
  expect(lane?.placement.at(-1)).toMatchObject({ podNodes: ['b'], mappedNode: 'a', expectedUp: false })
  expect(lane?.moves).toMatchObject([{ kind: 'rescheduled', from: ['a'], to: ['b'], count: 1 }])
  const { body: earlier } = await one.get('/api/v1/lanes?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z')
  expect(earlier.lanes).toMatchObject([{ reach: [], placement: [] }])
})

test('tells how long the newest answers of each port took', async () => {
  const { body } = await one.get('/api/v1/targets')
  const [target] = wire.targetsDocument.parse(body).targets
  expect(target?.medianSeconds).toBeGreaterThan(0)
})

test('tells what every probe saw', async () => {
  const { body } = await one.get('/api/v1/probes')
  const { probes, complete } = wire.probesDocument.parse(body)
  expect(complete).toBe(true)
  expect(new Set(probes.map(({ target }) => target))).toEqual(new Set([TARGET]))
  const loopback = probes.filter(({ vantage }) => vantage === 'host/loopback4')
  expect(loopback.map(({ symptom }) => symptom)).toEqual(['ok', 'silent', 'silent', 'silent'])
  const { body: last } = await one.get(`/api/v1/probes?from=${loopback.at(-1)?.at}`)
  expect(last.probes.every(({ symptom }: wire.ProbeDocument) => symptom === 'silent')).toBe(true)
})

test('says when a timeline is longer than one answer holds', async () => {
  const { body } = await one.get('/api/v1/timeline?limit=1')
  expect(body).toMatchObject({ complete: false, entries: [expect.anything()] })
})

describe('problems', () => {
  test.each([
    ['an unknown key', '/api/v1/targets?color=red', 400, 'color: unknown, expected one of cluster'],
    ['a key where none is', '/api/v1/incidents/x?a=1', 400, 'a: unknown, expected one of cluster'],
    [
      'too long a look at single probes',
      '/api/v1/probes?from=2020-01-01T00:00:00Z',
      400,
      'from: single probes are served for at most 10 minutes at once',
    ],
    ['a time that is none', '/api/v1/timeline?from=yesterday', 400, /^from: /],
    ['a time without its zone', '/api/v1/timeline?from=2020-01-01T00:00:00', 400, /^from: /],
    ['a state that is none', '/api/v1/incidents?state=ajar', 400, /^state: /],
    ['a limit that is none', '/api/v1/epochs?limit=many', 400, 'limit: expected a whole number'],
    ['a limit too high', '/api/v1/epochs?limit=99999', 400, 'limit: expected a number from 1 to 10000'],
    ['a key given twice', '/api/v1/epochs?target=a&target=b', 400, /^target: /],
    ['a target that nobody maps', '/api/v1/targets/host:1', 404, /no cluster maps host:1/],
    ['an incident that was not', '/api/v1/incidents/nope', 404, /no incident nope/],
    ['a path that is none', '/api/v1/weather', 404, 'there is nothing at /api/v1/weather'],
    ['a path that cannot be decoded', '/api/v1/targets/%', 400, 'the request cannot be read'],
  ])('%s', async (_, path, status, detail) => {
    const answer = await one.get(path)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.status).toBe(status)
    expect(wire.problemDocument.parse(answer.body)).toEqual(answer.body)
    expect(answer.body).toMatchObject({ type: 'about:blank', status, detail: expect.stringMatching(detail) })
  })

  test('every key that is wrong is named', async () => {
    const { body } = await one.get('/api/v1/incidents?state=ajar&from=x&color=red')
    expect(body.errors.map(({ key }: { key: string }) => key).sort()).toEqual(['color', 'from', 'state'])
  })

  test('nothing can be written', async () => {
    const response = await fetch(`${one.url}/api/v1/targets`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('on loopback', () => {
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${one.url}/healthz`, { headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })

  test.each([
    ['localhost', 200],
    ['localhost:9300', 200],
    ['127.0.0.1:9300', 200],
    ['[::1]:9300', 200],
    ['evil.example', 421],
    ['localhost.evil.example:9300', 421],
    ['127.0.0.1.evil.example', 421],
  ])('the name %s gets %d', async (host, status) => expect(await statusFor(host)).toBe(status))

  test('no page of another origin may use what is served', async () => {
    const { headers } = await one.get('/healthz')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  })
})

test.each(['/healthz', '/readyz'])('%s is well', async (path) => {
  expect(await one.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } })
})
