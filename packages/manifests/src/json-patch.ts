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
 * A JSON patch (RFC 6902) applied to a document, which stays as it is.
 *
 * @throws Error with the step that has no place in the document
 */
export function applyJsonPatch(document: unknown, operations: readonly Operation[]): unknown {
  let copied = 0
  return operations.reduce<unknown>((at, { op, path, from = '', value = null }) => {
    const steps = stepsOf(path)
    switch (op) {
      case 'add':
        return change(at, steps, { value })
      case 'replace':
        read(at, steps, path)
        return change(change(at, steps, null), steps, { value })
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
        return change(op === 'move' ? change(at, stepsOf(from), null) : at, steps, { value: moved })
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

/** @param to null: taken away */
function change(into: unknown, [step, ...rest]: readonly string[], to: { value: unknown } | null): unknown {
  if (step === undefined) return to?.value
  if (typeof into !== 'object' || into === null) throw new Error(`the document has no place for ${step}`)
  if (rest.length > 0) {
    const below = Object.hasOwn(into, step) ? into[step as keyof typeof into] : undefined
    const changed = change(below, rest, to)
    return Array.isArray(into) ? into.with(Number(step), changed) : { ...into, [step]: changed }
  }
  if (!Array.isArray(into)) {
    const { [step]: _, ...others } = into as Record<string, unknown>
    return to === null ? others : { ...others, [step]: to.value }
  }
  const index = step === '-' ? into.length : Number(step)
  if (!/^(?:-|\d+)$/.test(step) || index > into.length) throw new Error(`a list has no place ${step}`)
  return to === null ? into.toSpliced(index, 1) : into.toSpliced(index, 0, to.value)
}

/** A JSON merge patch (RFC 7386) applied to a value, which stays as it is. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value)
  }
  return merged
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
