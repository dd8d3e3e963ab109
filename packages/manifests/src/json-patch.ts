import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod/mini'

const pointer = z.string().check(z.startsWith('/'))
const operation = z.object({
  op: z.enum(['add', 'replace', 'remove', 'test', 'move', 'copy']),
  path: z.union([z.literal(''), pointer]),
  from: z.optional(pointer),
  value: z.optional(z.unknown()),
})

export const jsonPatch = z.array(operation)

type Operation = z.output<typeof operation>

/** Together, of what is copied within a patch: a copy of copies doubles each time. */
const MOST_COPIED = 1_000_000

/**
 * Applies a JSON patch (RFC 6902) to a document, which it changes; nothing of the patch becomes a part of it.
 *
 * @returns the document, another one where the patch replaces the whole
 * @throws Error with the step that has no place in the document, which is then changed up to there
 */
export function applyJsonPatch(document: unknown, operations: readonly Operation[]): unknown {
  let copied = 0
  return operations.reduce<unknown>((at, { op, path, from = '', value = null }) => {
    const steps = stepsOf(path)
    switch (op) {
      case 'add':
        return change(at, steps, { value: structuredClone(value) })
      case 'replace':
        read(at, steps, path)
        return change(change(at, steps, null), steps, { value: structuredClone(value) })
      case 'remove':
        read(at, steps, path)
        return change(at, steps, null)
      case 'test':
        if (isDeepStrictEqual(find(at, steps) ?? null, value)) return at
        throw new Error(`its test of ${path} fails`)
      case 'move':
      case 'copy': {
        const moved = read(at, stepsOf(from), from)
        copied += JSON.stringify(moved).length
        if (copied > MOST_COPIED) throw new Error('it copies too much')
        const rest = op === 'move' ? change(at, stepsOf(from), null) : at
        return change(rest, steps, { value: structuredClone(moved) })
      }
    }
  }, document)
}

/** The steps of a JSON pointer (RFC 6901). */
function stepsOf(pointer: string): string[] {
  const [, ...steps] = pointer.split('/')
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function find(from: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? at[step as keyof typeof at] : undefined,
    from,
  )
}

function read(from: unknown, steps: readonly string[], path: string): unknown {
  const found = find(from, steps)
  if (found === undefined) throw new Error(`the document has no ${path}`)
  return found
}

/** @param to null: taken away @returns the whole, another one where there are no steps */
function change(whole: unknown, steps: readonly string[], to: { value: unknown } | null): unknown {
  const last = steps.at(-1)
  if (last === undefined) return to?.value
  const into = find(whole, steps.slice(0, -1))
  if (typeof into !== 'object' || into === null) throw new Error(`the document has no place for ${last}`)
  if (!Array.isArray(into)) {
    if (to === null) delete (into as Record<string, unknown>)[last]
    else putField(into as Record<string, unknown>, last, to.value)
    return whole
  }
  const index = last === '-' ? into.length : Number(last)
  if (!/^(?:-|\d+)$/.test(last) || index > into.length) throw new Error(`a list has no place ${last}`)
  if (to === null) into.splice(index, 1)
  else into.splice(index, 0, to.value)
  return whole
}

/** Also a field that is called `__proto__` is one. */
export function putField(into: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Applies a JSON merge patch (RFC 7386) to a value, which it changes; nothing of the patch becomes a part of it. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return structuredClone(patch)
  const merged: Record<string, unknown> = isRecord(target) ? target : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else putField(merged, key, applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value))
  }
  return merged
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
