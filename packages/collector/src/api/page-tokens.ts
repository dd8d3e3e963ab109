import { commandText } from '@portolan/core'
import type { KubeClient } from '@portolan/kube'
import { createReviews } from '../ingest/reviews.ts'
import { endOf, mayBeFor } from '../ingest/token-shape.ts'
import type { PageTokens } from './gate.ts'

/** A token for the API server or for the ingest lets nobody in here, and the other way round. */
export const PAGE_AUDIENCE = 'portolan-page'

/** What roles grant, in the namespace that Portolan is installed in: `get` to read, `annotate` to write notes. */
const PAGE = { group: 'portolan.dev', resource: 'page' }

/** Tokens of the cluster, whose owner the API server knows, and what roles let it do. */
export function createPageTokens(
  client: Pick<KubeClient, 'reviewToken' | 'reviewAccess'>,
  namespace: string,
): PageTokens {
  const reviews = createReviews()
  const words = ['create', 'token', 'portolan-annotator', `--namespace=${namespace}`, `--audience=${PAGE_AUDIENCE}`]

  async function ask(token: string): Promise<{ writes: boolean; until: number; who: string } | null> {
    const owner = await client.reviewToken(token, PAGE_AUDIENCE)
    if (owner === null) return null
    const may = (verb: string) => client.reviewAccess(owner, { ...PAGE, verb, namespace })
    const [reads, writes] = await Promise.all([may('get'), may('annotate')])
    return reads ? { writes, until: endOf(token), who: owner.username } : null
  }

  return {
    review: async (token) => (mayBeFor(token, PAGE_AUDIENCE) ? reviews.run(false, () => ask(token)) : null),
    hint: `give a token, or open the page with #key=TOKEN after its address; it comes from: ${commandText(['kubectl', ...words])}`,
  }
}
