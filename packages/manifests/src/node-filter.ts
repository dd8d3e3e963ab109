/** The nodes of a cluster that a config of k3d speaks of. */
export interface Fleet {
  servers: readonly string[]
  agents: readonly string[]
  /** null: it has none. */
  balancer: string | null
}

export interface Filtered {
  nodes: string[]
  /** `proxy`: through the balancer; `direct`: on the node itself. */
  suffix: 'proxy' | 'direct'
}

const FILTER = /^(servers?|agents?|loadbalancer|all)(?::(\d[\d,]*|\d*-\d*|\*))?(?::([A-Za-z]+))?$/

/**
 * Which nodes a filter such as `server:0`, `agents:*:direct` or `loadbalancer` speaks of.
 *
 * Source: k3d, pkg/util/filter.go.
 *
 * @throws Error that says why k3d refuses it
 */
export function filterNodes(filter: string, { servers, agents, balancer }: Fleet): Filtered {
  const [, group, subset, suffix = 'proxy'] = FILTER.exec(filter) ?? []
  if (group === undefined) throw new Error(`the node filter ${filter} is none that k3d knows`)
  if (suffix !== 'proxy' && suffix !== 'direct') throw new Error(`the node filter ${filter} has an unknown suffix`)
  if (group === 'all') return { nodes: [...servers, ...agents, ...(balancer === null ? [] : [balancer])], suffix }
  if (group === 'loadbalancer') {
    if (balancer === null) throw new Error(`the node filter ${filter} speaks of a load balancer that is disabled`)
    return { nodes: [balancer], suffix }
  }
  const members = group.startsWith('server') ? servers : agents
  return { nodes: pick(members, subset, filter), suffix }
}

function pick(members: readonly string[], subset: string | undefined, filter: string): string[] {
  const outside = () => new Error(`the node filter ${filter} speaks of a node that there is not`)
  if (subset === undefined)
    throw new Error(`the node filter ${filter} does not say which of them: ${filter}:*, ${filter}:0`)
  if (subset === '*') return [...members]
  if (subset.includes('-')) {
    const [first = '', last = ''] = subset.split('-')
    const from = first === '' ? 0 : Number(first)
    const to = last === '' ? members.length - 1 : Number(last)
    if (to < from || to >= members.length) throw outside()
    return members.slice(from, to + 1)
  }
  const numbers = subset.split(',').filter((one) => one !== '')
  return numbers.map((one) => {
    const member = members[Number(one)]
    if (member === undefined) throw outside()
    return member
  })
}
