import { type Chunk, splitDocuments } from './document.ts'
import { isRecord } from './json-patch.ts'
import { type Findings, noFindings } from './problem.ts'
import type { Source } from './source.ts'
import { isApplied } from './trim/custom.ts'
import { isTemplate, reportTemplate } from './template.ts'

const VERSION = /(?:^|[\s{,])["']?apiVersion["']?\s*:/
const KIND = /(?:^|[\s{,])["']?kind["']?\s*:/
/** A line that is meant for Kubernetes, or for a tool that writes its files in the same shape. */
const PLAINLY = /^apiVersion[ \t]*:[ \t]*["']?([\w./-]*)/m

/**
 * The documents of all sources that may hold an object. In a folder there may be anything, so that what holds none is left
 * out there without a word.
 */
export function chunksOf(sources: readonly Source[], findings: Findings): Chunk[] {
  return sources.flatMap((source) => {
    const chunks = splitDocuments(source)
    const holding = chunks.filter(mayHoldObject)
    if (isNamed(source) && holding.length === 0) {
      if (source.from === 'user' && !isTemplate(source)) {
        findings.notes.push({ file: source.name, line: 1, text: 'This holds no Kubernetes object.' })
        return chunks
      }
    }
    if (!isNamed(source) && holding.length === 0) return []
    if (source.from === 'renderer' || !isTemplate(source)) return isNamed(source) ? chunks : holding
    reportTemplate(source, findings)
    return []
  })
}

function isNamed({ from }: Source): boolean {
  return from === 'user' || from === 'renderer'
}

function mayHoldObject({ text }: Chunk): boolean {
  return VERSION.test(text) && KIND.test(text)
}

/** Faults of a file that is met in a folder count where it is plainly meant for Kubernetes. */
export function findingsOf({ source, text }: Chunk, findings: Findings): Findings {
  const apiVersion = PLAINLY.exec(text)?.[1]
  const isMeant = apiVersion === undefined ? text.trimStart().startsWith('{') : isApplied(apiVersion)
  return isNamed(source) || isMeant ? findings : noFindings()
}

/** A part of an object, as kustomize merges it into the whole one; outside of a kustomization it is a faulty object. */
export function isPart({ source }: Chunk, kind: string, value: unknown): boolean {
  if (source.from !== 'kustomization' || !isRecord(value)) return false
  const { spec, $patch } = value
  const has = (field: string) => isRecord(spec) && spec[field] !== undefined && spec[field] !== null
  if ($patch !== undefined) return true
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return !has('template') || !has('selector')
    case 'Pod':
      return !has('containers')
    case 'Service':
      return !has('ports') && !has('externalName') && !has('clusterIP')
    case 'NetworkPolicy':
      return !has('podSelector')
    case 'Ingress':
      return !isRecord(spec)
    default:
      return false
  }
}
