import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'

export interface Listed {
  id: number
  body: string
  user: { login: string; type: string }
}

export interface FakeGithub {
  url: string
  comments: Listed[]
  /** Method, path and token of each call. */
  asked: string[]
  /** Answers the next calls with these instead. */
  failing: number[]
}

/** GitHub's API for the comments of pull request 7 of team/shop, on loopback. A token of the workflow does not know who it is. */
export async function fakeGithub(comments: Listed[] = []): Promise<FakeGithub> {
  const github: FakeGithub = { url: '', comments, asked: [], failing: [] }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://loopback')
    const body = await text(request)
    github.asked.push(`${request.method} ${url.pathname} ${request.headers.authorization}`)
    const failure = github.failing.shift()
    const [status, content] = failure === undefined ? answerTo(request.method ?? '', url, body) : [failure, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
  }

  function answerTo(method: string, url: URL, body: string): [status: number, content: unknown] {
    const all = '/repos/team/shop/issues/7/comments'
    if (url.pathname === '/user') return [403, { message: 'Resource not accessible by integration' }]
    if (method === 'GET' && url.pathname === all) {
      const from = (Number(url.searchParams.get('page')) - 1) * 100
      return [200, github.comments.slice(from, from + 100)]
    }
    if (method === 'POST' && url.pathname === all) {
      const id = github.comments.length + 1
      github.comments.push({ id, body: bodyOf(body), user: { login: 'github-actions[bot]', type: 'Bot' } })
      return [201, github.comments.at(-1)]
    }
    const id = Number(/^\/repos\/team\/shop\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1])
    const comment = github.comments.find((one) => one.id === id)
    if (method !== 'PATCH' || comment === undefined) return [404, {}]
    comment.body = bodyOf(body)
    return [200, comment]
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  github.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  open.push(() => server.closeAllConnections())
  open.push(() => void server.close())
  return github
}

function bodyOf(text: string): string {
  return (JSON.parse(text) as { body: string }).body
}

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0).reverse()) close()
})
