import type { KubeClient, TokenOwner } from '@portolan/kube'

/** What roles grant, in the namespace that Portolan is installed in: `get` to read, `annotate` to write notes. */
const PAGE = { group: 'portolan.dev', resource: 'page' }

/** What the roles of the cluster let somebody do at the page. @throws PortolanError as KubeClient.reviewAccess */
export type PageRights = (owner: TokenOwner) => Promise<{ reads: boolean; writes: boolean }>

export function createPageRights(client: Pick<KubeClient, 'reviewAccess'>, namespace: string): PageRights {
  return async (owner) => {
    const may = (verb: string) => client.reviewAccess(owner, { ...PAGE, verb, namespace })
    const [reads, writes] = await Promise.all([may('get'), may('annotate')])
    return { reads, writes: reads && writes }
  }
}
