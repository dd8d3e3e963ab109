import type { Inventory } from './inventory.ts'

/** Nodes that have run for longer belong to no cluster that is being created. `kind create --wait` takes a minute or two. */
const CREATION_MS = 5 * 60_000
/** Where all nodes stop at once, the cluster is most likely deleted: the engine kills them first and removes them then. */
const DELETION_MS = 3000
/** The engine may take its time over the volumes of a node. */
const REMOVAL_MS = 30_000

type Life = Readonly<Pick<Inventory, 'containers' | 'nodes'>>

/** Its API server has shown no node yet, and its node containers have just been started. */
export function isBeingCreated({ containers, nodes }: Life, at: number): boolean {
  return (
    nodes.size === 0 &&
    containers.every(({ state }) => state === 'running') &&
    containers.some(({ startedAt }) => startedAt > 0 && at - startedAt < CREATION_MS)
  )
}

/** @param changedAt when the container of the port last changed; null where it did not */
export function isBeingDeleted({ containers }: Life, changedAt: number | null, at: number): boolean {
  if (changedAt === null || containers.some(({ state }) => state === 'running')) return false
  const patience = containers.some(({ state }) => state === 'removing') ? REMOVAL_MS : DELETION_MS
  return at - changedAt < patience
}
