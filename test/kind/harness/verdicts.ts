import type { Cause } from '@portolan/core'
import type { PortName } from './make-cluster.ts'
import type { IncidentLine } from './portolan-watch.ts'

/** The causes that are right for each port in a phase of the story. */
export type RightCauses = Record<PortName, readonly Cause[]>

export const NOTHING: RightCauses = { local: [], cluster: [], hostPort: [] }

/** While the only pod is replaced nobody answers, and both words for that are right. */
const REPLACED: readonly Cause[] = ['rollout_gap', 'no_endpoints']

/** The pod goes to another node than the mapped one, or comes back from there. */
export const MOVED: RightCauses = {
  local: [...REPLACED, 'etp_local'],
  cluster: REPLACED,
  hostPort: [...REPLACED, 'hostport_off'],
}

/** The pod is made to leave its node by force or by a rollout, and its port there is not free at once. */
export const RESTORED: RightCauses = {
  local: [...MOVED.local, 'pod_pending'],
  cluster: [...MOVED.cluster, 'pod_pending'],
  hostPort: [...MOVED.hostPort, 'pod_pending'],
}

export interface Phase {
  /** The index of its first line. */
  mark: number
  right: RightCauses
}

/**
 * The lines that carry a cause which is wrong in their phase. An incident that an earlier phase left open may keep the
 * cause that was right then; and to say that nothing is proven is never wrong.
 *
 * @param lines incidents with the index at which the program said them
 */
export function wrongVerdicts(
  lines: readonly { index: number; line: IncidentLine }[],
  phases: readonly Phase[],
  portOf: (target: string) => PortName,
): IncidentLine[] {
  const known = new Map<string, Set<Cause>>()
  return lines.flatMap(({ index, line }) => {
    const phase = phases.findLast(({ mark }) => mark <= index)
    const right = phase?.right[portOf(line.target)] ?? []
    const causes = new Set<Cause>(['unproven', ...(known.get(line.id) ?? []), ...right])
    known.set(line.id, causes)
    return causes.has(line.cause) ? [] : [line]
  })
}
