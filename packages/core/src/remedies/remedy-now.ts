import { operands } from '../model/command-text.ts'
import { asManifest, kubectl, resourceName } from './remedies.ts'
import type { Remedy } from '../model/incident.ts'
import { kubectlOf } from './kubectl.ts'
import { keyOf, type Toleration } from '../model/snapshot.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Settings } from '../model/settings.ts'
import type { Edit, EditRemedy, ObjectRef } from '../model/verdict.ts'

/** As much of a cluster's state as a command is made from. */
interface CommandedCluster {
  readonly settings: Readonly<Settings>
  readonly inventory: Pick<Readonly<Inventory>, 'workloads'>
}

/** The edits of a remedy as commands against the cluster that runs; without a command where it takes a new cluster. */
export function remedyNow(state: CommandedCluster, { text, cost, edits }: EditRemedy): Remedy {
  const told = { text, ...(cost === undefined ? {} : { cost }) }
  const commands = [...byObject(edits).values()].map((some) => commandFor(state, some))
  if (edits.length === 0 || commands.some((command) => command === null)) return told
  const isLabel = edits.some((edit) => edit.object.kind === 'KindNode')
  return {
    ...(isLabel ? { text, cost: 'a cluster that is created anew needs it again' } : told),
    command: commands.join(' && '),
  }
}

function byObject(edits: readonly Edit[]): Map<string, Edit[]> {
  const groups = new Map<string, Edit[]>()
  for (const edit of edits) groups.set(keyOf(edit.object), [...(groups.get(keyOf(edit.object)) ?? []), edit])
  return groups
}

function commandFor(state: CommandedCluster, edits: Edit[]): string | null {
  const [first] = edits
  if (first === undefined) return null
  const { object } = first
  const situation = { kubectl: kubectlOf(state.settings) }
  if (object.kind === 'KindNode') {
    const labels = edits.map(({ path: [field, key], value }) => (field === 'labels' ? `${key}=${String(value)}` : null))
    return labels.includes(null)
      ? null
      : kubectl(situation, null, 'label', ...operands(`node/${object.name}`, ...(labels as string[])))
  }
  // The spec of a pod that runs cannot be changed so.
  if (object.kind === 'KindMapping' || object.kind === 'Pod') return null
  const isPrecise =
    object.kind === 'Service' && edits.some(({ path, value }) => path.some(Number.isInteger) || isObject(value))
  const patch = isPrecise ? jsonPatch(edits) : mergePatch(state, edits)
  const how = isPrecise ? ['--type=json'] : []
  return kubectl(situation, object.namespace, 'patch', resourceName(object), ...how, `--patch=${JSON.stringify(patch)}`)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Puts each value in its place, whatever was there: for items of lists, and for maps that are to hold nothing else. */
function jsonPatch(edits: readonly Edit[]): object[] {
  return edits.map(({ path, value }) => ({
    op: 'add',
    path: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    value,
  }))
}

/** Parents that are missing are made; a list is given whole, since a patch replaces it. */
function mergePatch(state: CommandedCluster, edits: readonly Edit[]): object {
  const patch: Record<string, unknown> = {}
  for (const { object, how, path, value } of edits) {
    let at = patch
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>
    const last = String(path.at(-1))
    if (how === 'set') at[last] = value
    else at[last] = [...((at[last] as unknown[] | undefined) ?? tolerationsOf(state, object).map(asManifest)), value]
  }
  return patch
}

/** The only list of a workload that is added to. */
function tolerationsOf({ inventory }: CommandedCluster, object: ObjectRef): Toleration[] {
  return inventory.workloads.get(keyOf(object))?.template.tolerations ?? []
}
