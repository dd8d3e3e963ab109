import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector

beforeAll(async () => {
  one = await startCollector()
})

afterAll(() => one.collector.stop())

/** Not with fetch, which has headers of its own for this. */
async function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  const [answer] = (await once(request(`${one.url}${path}`, { method, headers }).end(), 'response')) as [
    IncomingMessage,
  ]
  answer.resume()
  return answer.statusCode
}

const API = '/api/v1/targets'
const asked = (site: string, mode = 'cors', dest = 'empty') => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
})
const linked = (site: string) => asked(site, 'navigate', 'document')

test.each<[string, string, string, Record<string, string>, number]>([
  ['a program, which sends no such header', 'GET', API, {}, 200],
  ['the page itself', 'GET', API, asked('same-origin'), 200],
  ['an address that the user typed', 'GET', API, linked('none'), 200],
  ['a script of another site', 'GET', API, asked('cross-site'), 403],
  ['a script of another port of this machine', 'GET', API, asked('same-site'), 403],
  ['an image of another site', 'GET', API, asked('cross-site', 'no-cors', 'image'), 403],
  ['a link of another site into the API', 'GET', API, linked('cross-site'), 403],
  ['the same link in other letters', 'GET', '/API/v1/targets', linked('cross-site'), 403],
  ['the stream of changes for another site', 'GET', '/api/v1/stream', asked('cross-site'), 403],
  ['a note from another site', 'POST', '/api/v1/notes', asked('cross-site'), 403],
  ['the metrics for another site', 'GET', '/metrics', asked('cross-site', 'no-cors', 'script'), 403],
  ['a link from a chat to the page', 'GET', '/', linked('cross-site'), 200],
  ['a link from Grafana on this machine to an incident', 'GET', '/incidents/some-id', linked('same-site'), 200],
  ['a form of another site', 'POST', '/', linked('cross-site'), 403],
  ['a frame of another site', 'GET', '/', asked('cross-site', 'navigate', 'iframe'), 403],
  ['a word that no browser says', 'GET', API, asked('elsewhere'), 403],
])('%s: %s %s', async (_, method, path, headers, status) => {
  expect(await statusOf(method, path, headers)).toBe(status)
})
