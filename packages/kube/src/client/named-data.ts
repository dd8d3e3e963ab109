import * as z from 'zod'
import { type AskObject, refusedWith } from './ask.ts'

/** One Secret or ConfigMap. */
export interface DataPlace {
  kind: 'secrets' | 'configmaps'
  namespace: string
  name: string
}

/** What is in it, as text, and which of its versions that is. */
export interface NamedData {
  data: Record<string, string>
  version: string
}

const stored = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).nullish(),
})

const CONFLICT = 409

/** @throws PortolanError as KubeClient */
export async function readData(ask: AskObject, context: string, place: DataPlace): Promise<NamedData> {
  const { object, refusal } = await ask(stored, 'GET', pathOf(place))
  if (refusal !== null) throw refusedWith(refusal, context)
  const data = Object.entries(object.data ?? {}).map(([key, value]) => [key, decoded(place, value)])
  return { data: Object.fromEntries(data) as Record<string, string>, version: object.metadata.resourceVersion }
}

/**
 * Sets these keys, and removes those that are null. Others stay.
 *
 * @returns false where somebody wrote after `version` was read: nothing is changed then
 */
export async function writeData(
  ask: AskObject,
  context: string,
  place: DataPlace,
  changes: Record<string, string | null>,
  version: string,
): Promise<boolean> {
  const data = Object.entries(changes).map(([key, value]) => [key, value === null ? null : encoded(place, value)])
  const patch = { metadata: { resourceVersion: version }, data: Object.fromEntries(data) as object }
  const { refusal } = await ask(z.unknown(), 'PATCH', pathOf(place), patch, 'application/merge-patch+json')
  if (refusal === null) return true
  if (refusal.code === CONFLICT) return false
  throw refusedWith(refusal, context)
}

function pathOf({ kind, namespace, name }: DataPlace): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}`
}

function decoded({ kind }: DataPlace, value: string): string {
  return kind === 'secrets' ? Buffer.from(value, 'base64').toString() : value
}

function encoded({ kind }: DataPlace, value: string): string {
  return kind === 'secrets' ? Buffer.from(value).toString('base64') : value
}
