import type { MeshOfCluster, PairDocument, ReachDocument } from '../documents.ts'

/** Every node against every node: rows are where datagrams start, columns where they are to come back from. */
export interface Matrix {
  nodes: MeshNode[]
  /** By row, then by column; null where the row's node does not look at the column's. */
  cells: (Cell | null)[][]
}

export interface MeshNode {
  name: string
  /** When its agent was last heard, ms since the epoch; null while it is heard. */
  silentSince: number | null
}

export interface Cell {
  state: ReachDocument['state']
  pair: PairDocument
}

/** A share below this of the last probes that were answered is no slip. */
const STEADY = 0.95

export function createMatrix({ agents, pairs }: MeshOfCluster): Matrix {
  const heard = new Map(agents.map(({ node, heardAt, reporting }) => [node, reporting ? null : Date.parse(heardAt)]))
  const names = [...new Set([...heard.keys(), ...pairs.flatMap(({ from, to }) => [from, to])])].sort(natural.compare)
  const byEnds = new Map(pairs.map((pair) => [`${pair.from}\0${pair.to}`, pair]))
  const nodes = names.map((name) => ({ name, silentSince: heard.get(name) ?? null }))
  return {
    nodes,
    cells: nodes.map((from) =>
      nodes.map((to) => {
        const pair = byEnds.get(`${from.name}\0${to.name}`)
        return pair === undefined ? null : { state: stateOf(pair, from), pair }
      }),
    ),
  }
}

const natural = new Intl.Collator('en', { numeric: true })

/** What a node saw last that is not heard any more says nothing of now. */
function stateOf({ symptom, lost, keptLost, answered }: PairDocument, from: MeshNode): Cell['state'] {
  if (from.silentSince !== null) return 'gap'
  if (symptom === 'local_error') return 'unknown'
  if (symptom !== 'ok') return 'down'
  return lost + keptLost > 0 || answered < STEADY ? 'flapping' : 'up'
}

/** Ways to one node that fail alike. */
export interface Trouble {
  to: string
  state: 'down' | 'flapping'
  cells: Cell[]
}

/** What is not whole, node by node: broken ways first, then where most of them are. */
export function troubled({ cells }: Matrix): Trouble[] {
  const all = cells.flat().filter((cell) => cell !== null)
  return (['down', 'flapping'] as const).flatMap((state) => {
    const byTarget = Map.groupBy(
      all.filter((cell) => cell.state === state),
      ({ pair }) => pair.to,
    )
    return [...byTarget]
      .map(([to, alike]) => ({ to, state, cells: alike }))
      .sort((a, b) => b.cells.length - a.cells.length)
  })
}

/** How the nodes see each other, in a sentence. */
export function summarizeMesh(matrix: Matrix): { state: Cell['state']; text: string } {
  const all = matrix.cells.flat().filter((cell) => cell !== null)
  const count = (state: Cell['state']) => all.filter((cell) => cell.state === state).length
  const silent = matrix.nodes.filter(({ silentSince }) => silentSince !== null).length
  const agents =
    silent === 0 ? '' : `; ${silent} of ${matrix.nodes.length} agents ${silent === 1 ? 'does' : 'do'} not report`
  const [down, losing, looked] = [count('down'), count('flapping'), all.length - count('gap') - count('unknown')]
  if (looked === 0) return { state: 'unknown', text: `No node has probed another one yet${agents}` }
  if (down > 0) return { state: 'down', text: `${down} of ${looked} paths between nodes ${are(down)} broken${agents}` }
  if (losing > 0) {
    return {
      state: 'flapping',
      text: `${losing} of ${looked} paths between nodes ${losing === 1 ? 'loses' : 'lose'} datagrams${agents}`,
    }
  }
  return {
    state: silent > 0 ? 'unknown' : 'up',
    text: `All ${looked} probed paths between nodes work${agents}`,
  }
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}
