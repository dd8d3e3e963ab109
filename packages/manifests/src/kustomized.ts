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

/** kustomize takes the kind and the name of a target for patterns. Source: kustomize, "patches". */
export function isChangedBy({ kind, name }: ObjectRef, change: Change): boolean {
  const fits = (wanted: string | null, is: string) =>
    wanted === null || (change.isPattern ? patternOf(wanted).test(is) : wanted === is)
  return fits(change.kind, kind) && fits(change.name, name)
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`)
  } catch {
    return /^/
  }
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
