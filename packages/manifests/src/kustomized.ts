import { parseAllDocuments } from 'yaml'
import type { ObjectRef } from '@portolan/core'
import { DIALECTS } from './dialect.ts'
import { isRecord } from './json-patch.ts'
import type { WrittenChange } from './kustomization.ts'
import { plainValue } from './plain-value.ts'
import type { Change } from './problem.ts'

/** Fields by which a port may come to lead elsewhere, or its pods to be elsewhere or not at all. */
const MATTERS =
  /\b(?:ports?|nodePort|targetPort|hostPort|containerPort|selector|matchLabels|labels|type|clusterIP|externalTrafficPolicy|hostNetwork|nodeName|nodeSelector|affinity|nodeAffinity|tolerations|topologySpreadConstraints|readinessProbe|startupProbe|\$patch)\b|\bop["']?:\s*["']?(?:remove|move)\b|replicas["']?[\s,]*(?:["']?value["']?)?:\s*0\b/

/**
 * What a change of a kustomization is about, as far as it may matter to a port.
 *
 * @param text of the file that holds it, where one does
 */
export function changesOf(file: string, { target, text: own }: WrittenChange, text: string): Change[] {
  const written = `${own}\n${text}`
  if (!MATTERS.test(written)) return []
  if (target !== null) return [{ file, ...target, isPattern: true }]
  const named = objectsIn(written)
  return named.length > 0
    ? named.map((one) => ({ file, ...one, isPattern: false }))
    : [{ file, kind: null, name: null, isPattern: false }]
}

/** @returns what finds the first change that is about an object */
export function changeFinder(changes: readonly Change[]): (object: ObjectRef) => Change | undefined {
  const known = changes.map((change) => {
    const testOf = (wanted: string | null) =>
      wanted === null ? isAny : change.isPattern ? pattern(wanted) : is(wanted)
    return { change, isKind: testOf(change.kind), isName: testOf(change.name) }
  })
  return ({ kind, name }) => known.find(({ isKind, isName }) => isKind(kind) && isName(name))?.change
}

type Test = (text: string) => boolean

const isAny: Test = () => true
const is =
  (wanted: string): Test =>
  (text) =>
    text === wanted

/** Longer than any that a person writes. */
const MOST_OF_PATTERN = 1000

/**
 * kustomize takes the kind and the name of a target for patterns. What people write, names with `.*` and `|`, is compared
 * in one go; any other pattern, which may take for ever, counts as one that fits. Source: kustomize, "patches".
 */
function pattern(text: string): Test {
  const ways = text.split('|').map((way) =>
    way
      .replace(/^\^/, '')
      .replace(/\$$/, '')
      .split(/\.[*+]/),
  )
  if (text.length > MOST_OF_PATTERN || ways.flat().some((part) => /[^\w-]/.test(part))) return isAny
  return (name) => ways.some((parts) => hasInOrder(name, parts))
}

/** The first part is its start, the last one its end. */
function hasInOrder(name: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

/** A patch that is written as a part of an object names it. */
function objectsIn(text: string): { kind: string | null; name: string | null }[] {
  try {
    return parseAllDocuments(text, DIALECTS.kubectl.options).flatMap((document) => {
      const value: unknown = 'contents' in document ? plainValue(document, DIALECTS.kubectl) : null
      if (!isRecord(value) || typeof value['kind'] !== 'string') return []
      const { kind, metadata } = value
      const name = isRecord(metadata) ? metadata['name'] : null
      return [{ kind, name: typeof name === 'string' ? name : null }]
    })
  } catch {
    return []
  }
}
