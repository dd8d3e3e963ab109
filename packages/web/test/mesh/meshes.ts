import type { MeshOfCluster, PairDocument } from '../../page/documents.ts'

/** Nodes that all see each other; what matters to a test is said by it. */
export function mesh(
  names: string[],
  more: { silent?: string[]; pair?(from: string, to: string): Partial<PairDocument> | null } = {},
): MeshOfCluster {
  const { silent = [], pair = () => ({}) } = more
  return {
    cluster: 'dev',
    agents: names.map((node) => ({ node, heardAt: '2026-01-01T00:00:00.000Z', reporting: !silent.includes(node) })),
    pairs: names.flatMap((from) =>
      names.flatMap((to) => {
        const told = from === to ? null : pair(from, to)
        return told === null ? [] : [{ ...WHOLE, from, to, ...told }]
      }),
    ),
  }
}

const WHOLE: Omit<PairDocument, 'from' | 'to'> = {
  symptom: 'ok',
  at: '2026-01-01T00:00:00.000Z',
  duration: 0.0004,
  sent: 8,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  keptLost: 0,
  answered: 1,
}
