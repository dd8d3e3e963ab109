import { encodeTargets } from '@portolan/wire'
import { seenNow } from '../seen-now.ts'
import type { Answer } from './answer.ts'
import { clusterInput, defineTool } from './tool.ts'

export const ports = defineTool({
  name: 'ports',
  title: 'Watched ports',
  description:
    'List the watched ports, e.g. the host ports that are mapped into clusters of this machine: whether each answers (up, down, flapping, unknown, by_design), since when, its Service, and how probable it is that the next reschedule of its pods takes it down.',
  input: { cluster: clusterInput },
  async answer({ cluster }, world, signal): Promise<Answer> {
    const { targets, source } = await seenNow(world, signal)
    const some = targets.filter((target) => cluster === undefined || target.cluster === cluster)
    return {
      contract: 'targets',
      source,
      data: encodeTargets(some.map((target) => ({ ...target, vantages: [], pods: target.pods.slice(0, 3) }))),
      leftOut: ['the vantages of each port, and its pods after the third: why has what was seen'],
    }
  },
})
