import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { seededRandom } from '../../src/random.ts'

/** The practice cluster `pond`, not started: two workers, port 30080 of the first mapped to any free port. */
export function makePond(folder: string, more: { desktop?: boolean } = {}): PracticeCluster {
  return createPracticeCluster({
    name: 'pond',
    nodes: [
      { role: 'control-plane' },
      { role: 'worker', ports: [{ hostPort: 0, containerPort: 30080 }] },
      { role: 'worker' },
    ],
    folder,
    clock: systemClock,
    random: seededRandom(7),
    ...more,
  })
}
