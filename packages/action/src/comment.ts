import { createHash } from 'node:crypto'
import type { Comment, GithubApi } from './github-api.ts'
import { bounded } from './runner.ts'

/** As many characters as GitHub takes. */
const MOST = 65_536

/**
 * Keeps one comment on the pull request: changes the one that is there, or adds one where there is something to say.
 *
 * @param options.place what it is kept for, so that several jobs keep one each
 */
export async function keepComment(
  api: GithubApi,
  { place, markdown, isNews }: { place: string; markdown: string; isNews: boolean },
): Promise<void> {
  const mark = `<!-- portolan ${createHash('sha256').update(place).digest('hex').slice(0, 16)} -->\n`
  const login = await api.login()
  const own = (await api.comments()).filter((one) => one.body.startsWith(mark) && isOwn(one, login))
  const body = mark + bounded(markdown, MOST - mark.length)
  const [before] = own
  if (before === undefined) return isNews ? api.add(body) : undefined
  if (before.body !== body) await api.change(before.id, body)
}

/** Somebody else may write our mark, too, and a token may change the comments of others. */
function isOwn({ author, isBot }: Comment, login: string | null): boolean {
  return login === null ? isBot : author === login
}
