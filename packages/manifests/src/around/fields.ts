import { isRecord } from '../json-patch.ts'

/** An object of any shape, as a file shows it. */
export type Fields = Record<string, unknown>

export function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : []
}

/** Of a pod's spec. */
export function containersOf(spec: Fields): Fields[] {
  return [...listOf(spec['containers']), ...listOf(spec['initContainers'])]
}
