import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { TokenOwner } from '@portolan/kube'
import { type AuthProxy, createProxiedUsers, readAddressRange } from '../../src/api/proxied-users.ts'
import { KEY, type RunningCollector, startCollector } from '../running-collector.ts'

const GRANTED: Record<string, { reads: boolean; writes: boolean }> = {
  jane: { reads: true, writes: false },
  ada: { reads: true, writes: true },
}

let one: RunningCollector
let asked: TokenOwner[]
afterEach(() => one.collector.stop())

async function start(proxy: Partial<AuthProxy> = {}, host = '127.0.0.1'): Promise<void> {
  asked = []
  const plan = { userHeader: 'X-Forwarded-User', groupsHeader: null, from: ['127.0.0.0/8'], ...proxy }
  const clock = { monotonic: () => one.clock.monotonic() }
  const rightsOf = async (owner: TokenOwner) => {
    asked.push(owner)
    if (owner.username === 'late') throw new Error('connection refused')
    const byGroup = owner.groups.includes('harbour') ? { reads: true, writes: true } : null
    return byGroup ?? GRANTED[owner.username] ?? { reads: false, writes: false }
  }
  const access = { keys: [KEY] as [string], isPrivate: true, proxied: createProxiedUsers(plan, rightsOf, clock) }
  one = await startCollector({ listen: { host, port: 0 }, access })
}

/** The status of a question and of a note, with these lines in the head of the request. */
async function asking(...lines: string[]): Promise<[number, number]> {
  const status = async (first: string, body: string) => {
    const port = Number(new URL(one.url).port)
    const socket = connect(port, '127.0.0.1')
    const head = [first, `Host: 127.0.0.1:${port}`, 'Connection: close', 'Content-Type: application/json', ...lines]
    socket.end(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`)
    return Number((await text(socket)).split(' ')[1])
  }
  const question = await status('GET /api/v1/targets HTTP/1.1', '')
  return [question, await status('POST /api/v1/notes HTTP/1.1', '{"text":"hello"}')]
}

describe('somebody of whom a proxy says who they are', () => {
  test.each<[string, [number, number]]>([
    ['jane', [200, 403]],
    ['ada', [200, 201]],
    ['stranger', [403, 403]],
  ])('reads and writes what the roles of the cluster grant %s', async (user, expected) => {
    await start()
    expect(await asking(`X-Forwarded-User: ${user}`)).toEqual(expected)
    expect(asked[0]).toEqual({ username: user, groups: [], extra: {} })
  })

  test('is the author of a note, whatever the note says of that', async () => {
    await start()
    const { port } = new URL(one.url)
    const headers = { 'content-type': 'application/json', 'x-forwarded-user': 'ada' }
    const body = JSON.stringify({ text: 'a drain', author: 'jane' })
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/notes`, { method: 'POST', headers, body })
    expect(await answer.json()).toMatchObject({ author: 'ada' })
  })

  test('is asked about once a minute', async () => {
    await start()
    await asking('X-Forwarded-User: ada')
    await asking('X-Forwarded-User: ada')
    expect(asked).toHaveLength(1)
    one.clock.advance(60_000)
    await asking('X-Forwarded-User: ada')
    expect(asked).toHaveLength(2)
  })

  test('is waited for while the API server cannot be asked', async () => {
    await start()
    expect(await asking('X-Forwarded-User: late')).toEqual([503, 503])
  })

  test('has the rights of their groups, where the proxy names them, but of none of the cluster itself', async () => {
    await start({ groupsHeader: 'X-Forwarded-Groups' })
    const groups = 'X-Forwarded-Groups: sailors, harbour, system:masters, '
    expect(await asking('X-Forwarded-User: jane', groups)).toEqual([200, 201])
    expect(asked[0]?.groups).toEqual(['sailors', 'harbour'])
    expect(await asking('X-Forwarded-User: jane', groups, 'X-Forwarded-Groups: more')).toEqual([403, 403])
  })

  test('is nobody in groups that no option names', async () => {
    await start()
    expect(await asking('X-Forwarded-User: jane', 'X-Forwarded-Groups: harbour')).toEqual([200, 403])
  })
})

describe('a header that cannot be trusted', () => {
  test.each<[string, Partial<AuthProxy>]>([
    ['from another address', { from: ['10.0.0.0/8', '127.0.0.2'] }],
    ['of another name', { userHeader: 'X-User' }],
  ])('%s is ignored, and its sender refused', async (_, proxy) => {
    await start(proxy)
    expect(await asking('X-Forwarded-User: ada')).toEqual([401, 401])
    expect(await asking('X-Forwarded-User: ada', `Authorization: Bearer ${KEY}`)).toEqual([200, 201])
    expect(asked).toEqual([])
  })

  test.each<[string, string[], number]>([
    ['that came twice', ['X-Forwarded-User: ada', 'X-Forwarded-User: jane'], 403],
    ['that came twice in other letters', ['X-Forwarded-User: ada', 'x-forwarded-USER: ada'], 403],
    ['to which the proxy added its own', ['X-Forwarded-User: ada, jane'], 403],
    ['with the name of an account of the cluster', ['X-Forwarded-User: system:admin'], 403],
    ['with a blank in the name', ['X-Forwarded-User: ada lovelace'], 403],
    ['with an endless name', [`X-Forwarded-User: ${'a'.repeat(257)}`], 403],
    ['that is empty', ['X-Forwarded-User:  '], 401],
  ])('%s lets nobody in', async (_, lines, status) => {
    await start()
    expect(await asking(...lines)).toEqual([status, status])
    expect(asked).toEqual([])
  })
})

describe('the addresses of proxies', () => {
  test.each<[string, string, number]>([
    ['an IPv4 address as a socket of IPv6 has it', '127.0.0.0/8', 200],
    ['another one in that form', '10.0.0.0/8', 401],
  ])('%s is that IPv4 address', async (_, range, status) => {
    await start({ from: [range] }, '::ffff:127.0.0.1')
    expect(await asking('X-Forwarded-User: ada')).toEqual([status, status === 200 ? 201 : 401])
  })

  test.each<[string, object | null]>([
    ['10.1.2.3', { address: '10.1.2.3', bits: 32, family: 'ipv4' }],
    ['10.0.0.0/8', { address: '10.0.0.0', bits: 8, family: 'ipv4' }],
    ['fd00::/64', { address: 'fd00::', bits: 64, family: 'ipv6' }],
    ['0.0.0.0/0', null],
    ['::/0', null],
    ['10.0.0.0/33', null],
    ['fd00::/129', null],
    ['10.0.0/8', null],
    ['proxy.example', null],
    ['', null],
  ])('%s is read as %j', (words, expected) => expect(readAddressRange(words)).toEqual(expected))
})
