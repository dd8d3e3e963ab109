import { operands } from '../model/command-text.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Remedy } from '../model/incident.ts'
import type { Settings } from '../model/settings.ts'
import { keyOf, type Toleration } from '../model/snapshot.ts'
import type { Edit, EditRemedy, ObjectRef } from '../model/verdict.ts'
import { kubectl, resourceName } from './commands.ts'
import { kubectlOf } from './kubectl.ts'

/** As much of a cluster's state as a command is made from. */
export interface CommandedCluster {
  readonly settings: Readonly<Pick<Settings, 'context' | 'kubeconfig'>>
  readonly inventory: Pick<Readonly<Inventory>, 'workloads' | 'policies'>
}

/** The edits of a remedy as commands against the cluster that runs; without a command where it takes a new cluster. */
export function asCommand(cluster: CommandedCluster, { text, cost, edits, uncordon }: EditRemedy): Remedy {
  const said = { text, ...(cost === undefined ? {} : { cost }) }
  const commands = [...byObject(edits).values()].map((some) => commandFor(cluster, some))
  if (edits.length === 0 || commands.some((command) => command === null)) return said
  if (uncordon !== undefined)
    commands.unshift(kubectl({ kubectl: kubectlOf(cluster.settings) }, null, 'uncordon', ...operands(uncordon)))
  const isLabel = edits.some((edit) => edit.object.kind === 'KindNode')
  return {
    ...(isLabel ? { text, cost: 'a recreated cluster needs it again' } : said),
    command: commands.join(' && '),
  }
}

function byObject(edits: readonly Edit[]): Map<string, Edit[]> {
  const groups = new Map<string, Edit[]>()
  for (const edit of edits) groups.set(keyOf(edit.object), [...(groups.get(keyOf(edit.object)) ?? []), edit])
  return groups
}

function commandFor(cluster: CommandedCluster, edits: Edit[]): string | null {
  const [first] = edits
  if (first === undefined) return null
  const { object } = first
  const own = { kubectl: kubectlOf(cluster.settings) }
  const name = resourceName(object)
  switch (object.kind) {
    case 'KindNode': {
      const labels = edits.map(({ path: [field, key], value }) => (field === 'labels' ? `${key}=${String(value)}` : ''))
      return labels.includes('') ? null : kubectl(own, null, 'label', ...operands(`node/${object.name}`, ...labels))
    }
    // The spec of a pod that runs cannot be changed so.
    case 'KindMapping':
    case 'Pod':
      return null
    default: {
      if (edits.length === 1 && first.path.join('.') === 'spec.replicas')
        return kubectl(own, object.namespace, 'scale', name, `--replicas=${String(first.value)}`)
      const isPrecise = object.kind === 'NetworkPolicy' || edits.some(replacesPart)
      const patch = isPrecise ? jsonPatch(cluster, edits) : mergePatch(cluster, edits)
      const how = isPrecise ? ['--type=json'] : []
      return kubectl(own, object.namespace, 'patch', name, ...how, `--patch=${JSON.stringify(patch)}`)
    }
  }
}

/** An item of a list, or a map of a Service that is to hold nothing else: a merge would keep the rest of it. */
function replacesPart({ object, path, value }: Edit): boolean {
  const isMap = typeof value === 'object' && value !== null
  return object.kind === 'Service' && (path.some(Number.isInteger) || isMap)
}

/** Puts each value in its place, whatever was there: for items of lists, and for maps that are to hold nothing else. */
function jsonPatch({ inventory }: CommandedCluster, edits: readonly Edit[]): object[] {
  return edits.map(({ object, how, path, value }) => {
    const at = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    if (how === 'set') return { op: 'add', path: at, value }
    const isThere = (inventory.policies.get(keyOf(object))?.ingress ?? []).length > 0
    return isThere ? { op: 'add', path: `${at}/-`, value } : { op: 'add', path: at, value: [value] }
  })
}

/** Parents that are missing are made; a list is given whole, since a patch replaces it. */
function mergePatch({ inventory }: CommandedCluster, edits: readonly Edit[]): object {
  const tolerationsOf = (object: ObjectRef) => inventory.workloads.get(keyOf(object))?.template.tolerations ?? []
  const patch: Record<string, unknown> = {}
  for (const { object, how, path, value } of edits) {
    let at = patch
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>
    const last = String(path.at(-1))
    // The only list of a workload that is added to.
    if (how === 'set') at[last] = value
    else at[last] = [...((at[last] as unknown[] | undefined) ?? tolerationsOf(object).map(asManifest)), value]
  }
  return patch
}

function asManifest(toleration: Toleration): object {
  const { key, operator, value, effect } = toleration
  return {
    ...(key === '' ? {} : { key }),
    operator,
    ...(value === '' ? {} : { value }),
    ...(effect === '' ? {} : { effect }),
  }
}
