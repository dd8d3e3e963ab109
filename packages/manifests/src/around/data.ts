import { plainKind } from '../concern.ts'
import type { Chunk } from '../document.ts'
import { containersOf, type Fields, fieldsOf, listOf, textOf } from './fields.ts'

/** Kinds that use a ConfigMap or Secret and make none. */
const USERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'])

/** Kubernetes puts it into each namespace. */
const OWN = 'kube-root-ca.crt'

/**
 * Why the containers of a pod may not start: they need a ConfigMap or Secret that nothing else among the files mentions, be it
 * the object itself, a Job or an object of a controller that makes it.
 *
 * @param mentioned the words of what is not pods
 */
export function missingData(spec: Fields, mentioned: () => ReadonlySet<string>): string | null {
  const missing = neededBy(spec).find(({ name }) => name !== '' && !name.includes('$') && !mentioned().has(name))
  return missing === undefined
    ? null
    : `needs ${missing.kind} ${missing.name}, which nothing else among the files mentions: without it its containers do not start`
}

/** The words of all chunks that do not just use what others make. They are gathered when somebody asks. */
export function wordsBeside(chunks: readonly Chunk[]): () => ReadonlySet<string> {
  let words: Set<string> | null = null
  return () => {
    words ??= new Set([
      OWN,
      ...chunks
        .filter((chunk) => !USERS.has(plainKind(chunk) ?? ''))
        .flatMap(({ text }) => text.match(/[a-z\d](?:[\w.-]*\w)?/g) ?? []),
    ])
    return words
  }
}

interface Needed {
  kind: 'ConfigMap' | 'Secret'
  name: string
}

/** Source: Kubernetes, "ConfigMaps" and "Secrets": what is optional may be missing. */
function neededBy(spec: Fields): Needed[] {
  const need = (kind: Needed['kind'], reference: unknown, field = 'name'): Needed[] => {
    const { optional, [field]: name } = fieldsOf(reference)
    return optional === true ? [] : [{ kind, name: textOf(name) }]
  }
  const ofVolume = (volume: Fields, secretName: string) => [
    ...need('ConfigMap', volume['configMap']),
    ...need('Secret', volume['secret'], secretName),
  ]
  return [
    ...listOf(spec['volumes']).flatMap((volume) => [
      ...ofVolume(volume, 'secretName'),
      ...listOf(fieldsOf(volume['projected'])['sources']).flatMap((source) => ofVolume(source, 'name')),
    ]),
    ...containersOf(spec).flatMap((container) => [
      ...listOf(container['envFrom']).flatMap(({ configMapRef, secretRef }) => [
        ...need('ConfigMap', configMapRef),
        ...need('Secret', secretRef),
      ]),
      ...listOf(container['env']).flatMap(({ valueFrom }) => [
        ...need('ConfigMap', fieldsOf(valueFrom)['configMapKeyRef']),
        ...need('Secret', fieldsOf(valueFrom)['secretKeyRef']),
      ]),
    ]),
  ]
}
