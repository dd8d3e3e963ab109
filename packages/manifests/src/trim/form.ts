import { isRecord } from '../json-patch.ts'
import { FIELDS } from './fields.ts'

interface Field {
  /** What it has fields of its own by. */
  type: string | null
  /** What it may be; null for anything. */
  words: string[] | null
}

const TYPES = new Map(
  Object.entries(FIELDS).map(([type, text]): [string, Map<string, Field>] => [
    type,
    new Map(
      text.split(/\s+/).map((one): [string, Field] => {
        const [, name = '', sign, rest = ''] = /^([^:=]+)([:=]?)(.*)$/.exec(one) ?? []
        return [name, { type: sign === ':' ? rest : null, words: sign === '=' ? rest.split('|') : null }]
      }),
    ),
  ]),
)

/**
 * Why kubectl or the API server takes no object of this shape: a field that its kind does not have, or a word that a field
 * may not be; null where there is none. kubectl has such objects refused since Kubernetes 1.25.
 */
export function oddForm(kind: string, value: unknown): string | null {
  return TYPES.has(kind) ? oddIn(kind, kind, value, '') : null
}

function oddIn(kind: string, type: string, value: unknown, path: string): string | null {
  if (Array.isArray(value)) return firstOf(value, (item) => oddIn(kind, type, item, path))
  const fields = TYPES.get(type)
  if (fields === undefined || !isRecord(value)) return null
  return firstOf(Object.entries(value), ([name, inner]) => {
    const field = fields.get(name)
    if (field === undefined) return `a ${kind} has no field ${name}${path === '' ? '' : ` (in ${path})`}`
    if (field.words !== null && typeof inner === 'string' && !isWord(inner, field.words)) {
      return `its ${name} ${inner} is none of ${field.words.join(', ')}`
    }
    return field.type === null ? null : oddIn(kind, field.type, inner, path === '' ? name : `${path}.${name}`)
  })
}

/** The API server takes an empty text for an absent one. A variable that is not filled in is no word yet. */
function isWord(text: string, words: readonly string[]): boolean {
  return text === '' || text.includes('$') || words.includes(text)
}

function firstOf<T>(all: readonly T[], find: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = find(one)
    if (found !== null) return found
  }
  return null
}
