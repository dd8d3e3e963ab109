type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

/** Applies a patch by its media type. Throws a SyntaxError on a JSON patch that does not fit. */
export function applyPatch<T extends object>(target: T, patch: unknown, mediaType: string): T {
  if (mediaType.startsWith('application/json-patch')) return jsonPatch(target as Json, patch as Operation[]) as T
  const strategic = mediaType.startsWith('application/strategic-merge-patch')
  return merge(target as Json, patch as Json, strategic) as T
}

/** Lists that a strategic merge patch merges element by element, with the key that distinguishes the elements. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  conditions: 'type',
  env: 'name',
  taints: 'key',
  ownerReferences: 'uid',
}

/** RFC 7386, and on top of it what Kubernetes' strategic merge patch does with the lists above. */
function merge(target: Json, patch: Json, strategic: boolean): Json {
  if (!isObject(patch)) return patch
  const result: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (strategic && key.startsWith('$')) continue
    const mergeKey = strategic ? MERGE_KEYS[key] : undefined
    if (value === null) delete result[key]
    else if (mergeKey !== undefined && Array.isArray(value)) result[key] = mergeList(result[key], value, mergeKey)
    else result[key] = merge(result[key] ?? null, value, strategic)
  }
  return result
}

function mergeList(target: Json | undefined, patch: Json[], key: string): Json[] {
  if (patch.some((item) => isObject(item) && item.$patch === 'replace')) {
    return patch.filter((item) => !isObject(item) || item.$patch !== 'replace')
  }
  const result = Array.isArray(target) ? [...target] : []
  for (const item of patch) {
    if (!isObject(item)) continue
    const at = result.findIndex((known) => isObject(known) && known[key] === item[key])
    if (item.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at >= 0) result[at] = merge(result[at] ?? null, item, true)
    else result.push(item)
  }
  return result
}

interface Operation {
  op: 'add' | 'replace' | 'remove' | 'test'
  path: string
  value?: Json
}

/** RFC 6902 without move and copy. */
function jsonPatch(target: Json, operations: Operation[]): Json {
  const root = structuredClone(target)
  for (const { op, path, value = null } of operations) {
    const steps = path.split('/').slice(1).map(unescape)
    const last = steps.pop() ?? ''
    let parent: Json = root
    for (const step of steps) parent = (parent as JsonObject)[step] ?? fail(path)
    if (op === 'test') {
      if (JSON.stringify((parent as JsonObject)[last]) !== JSON.stringify(value)) fail(path)
    } else if (Array.isArray(parent)) {
      const at = last === '-' ? parent.length : Number(last)
      if (op === 'add') parent.splice(at, 0, value)
      else if (op === 'remove') parent.splice(at, 1)
      else parent[at] = value
    } else if (op === 'remove') delete (parent as JsonObject)[last]
    else (parent as JsonObject)[last] = value
  }
  return root
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function fail(path: string): never {
  throw new SyntaxError(`the patch does not fit at ${path}`)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
