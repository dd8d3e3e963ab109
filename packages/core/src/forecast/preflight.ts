import { judgePort } from './judge-port.ts'
import { setScene } from './scene.ts'
import { judgeStranded } from './stranded.ts'
import type { PortVerdict, PreflightWarning } from '../model/verdict.ts'
import { warningsOf } from './warnings.ts'
import type { PreflightWorld } from '../model/world.ts'

/**
 * What will become of every host port of a cluster, whatever the scheduler does: for files before anything runs, or for
 * the next reschedule of a cluster that runs.
 */
export function preflight(world: PreflightWorld): { ports: PortVerdict[]; warnings: PreflightWarning[] } {
  const scene = setScene(world)
  return {
    ports: [...scene.ports.map((port) => judgePort(scene, port)), ...judgeStranded(scene)],
    warnings: warningsOf(scene),
  }
}
