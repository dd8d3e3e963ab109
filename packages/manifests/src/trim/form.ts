import { own } from '@portolan/core'
import { isRecord } from '../json-patch.ts'
import { FIELDS } from './fields.ts'

interface Field {
  /** What it has fields of its own by. */
  type: string | null
  /** What it may be; null for anything. */
  words: string[] | null
}

const types = new Map<string, Map<string, Field>>()

/** Those of a type; null for one that is not known. */
function fieldsOfType(type: string): Map<string, Field> | null {
  const text = own(FIELDS, type)
  if (text === undefined) return null
  const known = types.get(type)
  if (known !== undefined) return known
  const fields = new Map(
    text.split(/\s+/).map((one): [string, Field] => {
      const [, name = '', sign, rest = ''] = /^([^:=]+)([:=]?)(.*)$/.exec(one) ?? []
      return [name, { type: sign === ':' ? rest : null, words: sign === '=' ? rest.split('|') : null }]
    }),
  )
  types.set(type, fields)
  return fields
}

/**
 * Why kubectl or the API server takes no object of this shape: a field that its kind does not have, or a word that a field
 * may not be; null where there is none. kubectl has such objects refused since Kubernetes 1.25.
 */
export function oddForm(kind: string, value: unknown): string | null {
  return oddIn(kind, kind, value, '')
}

function oddIn(kind: string, type: string, value: unknown, path: string): string | null {
  if (Array.isArray(value)) return firstOf(value, (item) => oddIn(kind, type, item, path))
  const fields = fieldsOfType(type)
  if (fields === null || !isRecord(value)) return null
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
