import { type Inventory, knowsObjects } from '../cluster/inventory.ts'
import type { NodeContainer } from '../model/container.ts'
import type { Settings } from '../model/settings.ts'
import type { Route } from '../route/claim.ts'
import { readMappings } from '../route/mapping.ts'
import type { Path } from '../route/path.ts'
import { annotatedInterval } from '../route/probe-settings.ts'

/** So many of the ports that nothing in the cluster uses are probed a second, however many of them are mapped. */
const UNUSED_A_SECOND = 50

/**
 * How often the host probes a port, ms. Whole ranges of ports are mapped for whatever may come: what nothing has used yet
 * can wait, and is probed like any other from the moment at which something uses it.
 */
export function hostInterval(
  { inventory, settings }: { readonly inventory: Readonly<Inventory>; readonly settings: Readonly<Settings> },
  { path, lost }: { readonly path: Path; readonly lost: { readonly route: Route } | null },
): number {
  const asked = annotatedInterval(path) ?? settings.intervalMs
  if (path.route.kind !== 'none' || lost !== null || !knowsObjects(inventory)) return asked
  return Math.max(asked, Math.ceil((1000 * countMapped(inventory.containers)) / UNUSED_A_SECOND))
}

/** Of each list of containers, which is replaced where one changes. */
const counted = new WeakMap<readonly NodeContainer[], number>()

function countMapped(containers: readonly NodeContainer[]): number {
  return counted.getOrInsertComputed(containers, (some) => readMappings(some).length)
}
