import { createHash } from 'node:crypto'
import { existsSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { isClusterName, PortolanError } from '@portolan/core'

/**
 * Where batches wait for the collectors: a folder a cluster, and in it one for each cluster that had this name. Both are
 * named by a hash, so a name from outside never becomes a path.
 *
 * All functions throw where the disk refuses.
 */
export interface SpoolFolders {
  /** @param identity distinguishes the clusters that one name had */
  pathOf(cluster: string, identity: string): string
  /**
   * Removes what waits for other clusters of this name.
   *
   * @returns whether there was any
   * @throws PortolanError store_unusable where a link leads out of the folder
   */
  forgetOthers(cluster: string, identity: string): boolean
  /** Removes all that waits under this name. */
  forget(cluster: string): void
  /**
   * Removes what waits for clusters that are none of these, once what an earlier Portolan kept under a plain name is
   * under its hash.
   *
   * @returns for how many clusters something was removed
   */
  forgetAllBut(clusters: string[]): number
}

export function createSpoolFolders(root: string): SpoolFolders {
  const folderOf = (cluster: string) => join(root, hashOf(cluster))
  const pathOf = (cluster: string, identity: string) => join(folderOf(cluster), hashOf(identity))

  /** A name may be another's hash: what waits there is not taken over. */
  function takeOver(cluster: string, hashed: ReadonlySet<string>): void {
    const before = join(root, cluster)
    if (!isClusterName(cluster) || hashed.has(before)) return
    if (existsSync(before) && !existsSync(folderOf(cluster))) renameSync(before, folderOf(cluster))
  }

  return {
    pathOf,
    forgetOthers(cluster, identity) {
      const others = entriesOf(folderOf(cluster)).filter((path) => path !== pathOf(cluster, identity))
      for (const path of others) remove(path, root)
      return others.length > 0
    },
    forget: (cluster) => remove(folderOf(cluster), root),
    forgetAllBut(clusters) {
      const kept = new Set(clusters.map(folderOf))
      for (const cluster of clusters) takeOver(cluster, kept)
      const left = entriesOf(root).filter((path) => !kept.has(path))
      for (const path of left) remove(path, root)
      return left.length
    },
  }
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16)
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

/** Removes a file or a folder below the root, or a link itself, never what the link leads to. */
function remove(path: string, root: string): void {
  if (!existsSync(dirname(path))) return
  const parent = realpathSync(dirname(path))
  const inside = realpathSync(root)
  if (parent !== inside && !parent.startsWith(inside + sep)) {
    throw new PortolanError(
      'store_unusable',
      `the folder ${dirname(path)} is a link that leads out of ${root}, so nothing in it is removed`,
      'remove the link, or give another folder by --state',
    )
  }
  rmSync(join(parent, basename(path)), { recursive: true, force: true })
}
