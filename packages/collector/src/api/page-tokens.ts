import { commandText, PAGE_AUDIENCE } from '@portolan/core'
import type { KubeClient } from '@portolan/kube'
import { createReviews } from '../ingest/reviews.ts'
import { endOf, mayBeFor } from '../ingest/token-shape.ts'
import type { PageTokens } from './gate.ts'
import type { PageRights } from './page-rights.ts'
import type { Session } from './session.ts'

/** Tokens of the cluster, whose owner the API server knows, and what roles let it do. */
export function createPageTokens(
  client: Pick<KubeClient, 'reviewToken'>,
  rightsOf: PageRights,
  namespace: string,
): PageTokens {
  const reviews = createReviews()
  const words = ['create', 'token', 'portolan-annotator', `--namespace=${namespace}`, `--audience=${PAGE_AUDIENCE}`]

  async function ask(token: string): Promise<Session | null> {
    const owner = await client.reviewToken(token, PAGE_AUDIENCE)
    if (owner === null) return null
    const { reads, writes } = await rightsOf(owner)
    return reads ? { writes, until: endOf(token), who: owner.username } : null
  }

  return {
    review: async (token) => (mayBeFor(token, PAGE_AUDIENCE) ? reviews.run(false, () => ask(token)) : null),
    hint: `run portolan page (--annotate to write), or give a token, or open the page with #key=TOKEN after its address; it comes from: ${commandText(['kubectl', ...words])}`,
  }
}
