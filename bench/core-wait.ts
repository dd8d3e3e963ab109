import { readFileSync } from 'node:fs'

/**
 * How long this process has waited for a core that others used; 0 where the system does not tell.
 *
 * Source: Linux, "Scheduler Statistics": the second number of schedstat is the time spent on a run queue, ns.
 */
export function waitedForCoreMs(): number {
  if (process.platform !== 'linux') return 0
  return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6
}
