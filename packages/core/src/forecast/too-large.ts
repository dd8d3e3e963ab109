import { podPending } from '../causes/pod-pending.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import type { Requests } from '../model/snapshot.ts'
import type { PreflightWarning } from '../model/verdict.ts'
import { refOf } from '../remedies/edits.ts'
import type { Scene } from './scene.ts'

const GIBIBYTE = 2 ** 30

/** Pods that ask for more than the machine has stay Pending there; on another machine they may fit, so it is no verdict. */
export function sizeWarnings({ world, groups }: Scene): PreflightWarning[] {
  const { machine } = world
  return machine === null
    ? []
    : groups.flatMap((group) => {
        const lack = lackOf(group, machine)
        const text = `A pod of ${groupName(group)} asks for ${lack}, more than a node of this machine has: there it stays Pending.`
        return lack === null
          ? []
          : [{ cause: podPending.cause, text, hostPort: null, remedies: [], about: refOf(group) }]
      })
}

function lackOf({ replicas, template: { requests } }: PodGroup, machine: Requests): string | null {
  if (requests === undefined || replicas === 0) return null
  if (requests.cpu > machine.cpu) return `${requests.cpu} CPUs`
  return requests.memory > machine.memory ? `${(requests.memory / GIBIBYTE).toFixed(1)} GiB of memory` : null
}
