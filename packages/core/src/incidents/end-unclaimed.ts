import { type Inventory, knowsObjects, ROUTE_RESOURCES } from '../cluster/inventory.ts'
import type { Effect } from '../model/effect.ts'
import { isRoute } from '../model/vantage.ts'
import type { Ports } from './ports.ts'

/** So long after everything else is known each port and route that is there has appeared. */
const APPEARS_WITHIN_MS = 60_000

/** Ends what was open when Portolan stopped, and whose port or route has not come back. */
export function endUnclaimed(
  { name: cluster, ports, inventory }: { name: string; ports: Ports; inventory: Readonly<Inventory> },
  at: number,
  effects: Effect[],
): void {
  if (ports.resumed.size === 0) return
  if (!knowsObjects(inventory) || inventory.containers.length === 0) {
    ports.knownAt = null
    return
  }
  ports.knownAt ??= at
  if (at - ports.knownAt < APPEARS_WITHIN_MS) return
  const isBlind = ROUTE_RESOURCES.some((one) => inventory.lost.has(one) && !inventory.listed.has(one))
  for (const [target, before] of ports.resumed) {
    if (isBlind && isRoute(target)) continue
    ports.resumed.delete(target)
    const ended = 'it was gone when Portolan started again'
    const summary = `${before.summary} It ended because ${ended}.`
    const darkUntil = before.darkUntil ?? Math.max(before.darkSince, ports.stoppedAt ?? at)
    const incident = { ...before, summary, closedAt: at, darkUntil, ended }
    effects.push({ kind: 'announce', change: { type: 'incident.closed', at, cluster, target, incident } })
  }
}
