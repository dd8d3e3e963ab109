import { backoff, pause, readWithin } from '@portolan/base'
import type { Clock } from '@portolan/core'

export interface Comment {
  id: number
  body: string
  author: string
  isBot: boolean
}

/** As much of GitHub's API as comments of one pull request take. Source: GitHub REST API, "Issue comments". */
export interface GithubApi {
  /** Who asks; null for a token of an app, which may not know it. */
  login(): Promise<string | null>
  comments(): Promise<Comment[]>
  add(body: string): Promise<void>
  change(id: number, body: string): Promise<void>
}

/** GitHub answers, and not as it was asked to. */
export class Refused extends Error {
  override name = 'Refused'
  readonly status: number
  constructor(status: number) {
    super(`GitHub answers ${status}`)
    this.status = status
  }
}

const WITHIN_MS = 15_000
const TRIES = 4
const MOST_WAIT_MS = 4000
const MOST_BYTES = 8 * 1024 * 1024
const PAGE = 100
const MOST_PAGES = 20

/** @throws {Refused} from each call, or what the connection throws */
export function createGithubApi(options: {
  url: string
  repository: string
  number: number
  token: string
  clock: Pick<Clock, 'after'>
}): GithubApi {
  const { url, repository, number, token, clock } = options
  const comments = `/repos/${repository}/issues/${number}/comments`

  async function ask(method: string, path: string, content?: object): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(method, path, content)
      } catch (error) {
        const isPassing = !(error instanceof Refused) || error.status === 429 || error.status >= 500
        if (!isPassing || attempt + 1 === TRIES) throw error
        await pause(clock, backoff(attempt, MOST_WAIT_MS, Math.random), new AbortController().signal)
      }
    }
  }

  async function once(method: string, path: string, content?: object): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'portolan',
        'x-github-api-version': '2022-11-28',
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Refused(response.status)
    }
    return response.body === null ? null : JSON.parse((await readWithin(response.body, MOST_BYTES)).toString('utf8'))
  }

  return {
    async login() {
      try {
        return ((await ask('GET', '/user')) as { login: string }).login
      } catch (error) {
        if (error instanceof Refused && error.status === 403) return null
        throw error
      }
    },
    async comments() {
      const all: Comment[] = []
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const found = (await ask('GET', `${comments}?per_page=${PAGE}&page=${page}`)) as Listed[]
        all.push(...found.map(commentOf))
        if (found.length < PAGE) break
      }
      return all
    },
    add: async (body) => void (await ask('POST', comments, { body })),
    change: async (id, body) => void (await ask('PATCH', `/repos/${repository}/issues/comments/${id}`, { body })),
  }
}

interface Listed {
  id: number
  body?: string | null
  user?: { login: string; type: string } | null
}

function commentOf({ id, body, user }: Listed): Comment {
  return { id, body: body ?? '', author: user?.login ?? '', isBot: user?.type === 'Bot' }
}
