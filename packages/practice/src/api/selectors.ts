import type { KubeObject } from '../objects.ts'

/**
 * Reads `labelSelector` (`a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`) and `fieldSelector` (`a.b=c`, `a.b!=c`)
 * of a list or watch.
 */
export function readSelectors(query: URLSearchParams): (object: KubeObject) => boolean {
  const labels = split(query.get('labelSelector') ?? '').map(labelTerm)
  const fields = split(query.get('fieldSelector') ?? '').map(fieldTerm)
  return (object) => labels.every((term) => term(object)) && fields.every((term) => term(object))
}

/** At commas outside parentheses. */
function split(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '')
}

function labelTerm(text: string): (object: KubeObject) => boolean {
  const [, key = '', operator = '', set = ''] = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text) ?? []
  if (operator !== '') {
    const values = set.split(',').map((value) => value.trim())
    return (object) => values.includes(object.metadata.labels?.[key] ?? '\0') === (operator === 'in')
  }
  const [, name = '', sign = '', value = ''] = /^\s*([^=!\s]+)\s*(==?|!=)\s*(.*?)\s*$/.exec(text) ?? []
  if (sign !== '') return (object) => (object.metadata.labels?.[name] === value) === (sign !== '!=')
  const bare = text.trim()
  return bare.startsWith('!')
    ? (object) => object.metadata.labels?.[bare.slice(1)] === undefined
    : (object) => object.metadata.labels?.[bare] !== undefined
}

function fieldTerm(text: string): (object: KubeObject) => boolean {
  const [, path = '', sign = '', value = ''] = /^\s*([^=!\s]+)\s*(==?|!=)\s*(.*?)\s*$/.exec(text) ?? []
  return (object) => (fieldAt(object, path) === value) === (sign !== '!=')
}

function fieldAt(object: KubeObject, path: string): string {
  let value: unknown = object
  for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}
