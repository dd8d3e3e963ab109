import type { Level } from '../trim/pod-security.ts'
import { quantityOf } from '../trim/quantity.ts'
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './fields.ts'
import { type Guard, guardOf } from './guards.ts'

/** Objects around the pods that decide whether these come to be and who reaches them; names as `namespace/name`. */
export interface Around {
  /** What namespaces let pods be, by their names. */
  levels: Map<string, Level>
  accounts: Set<string>
  priorities: Set<string>
  /** Of the clusters themselves: they give what one node can write, and nothing else. */
  ownClasses: ReadonlySet<string>
  classes: Map<string, { provisioner: string; isDefault: boolean }>
  claims: Map<string, Claim>
  volumes: Map<string, Volume>
  /** By namespace, then by name. */
  quotas: Map<string, Map<string, Quota>>
  /** By these pods get requests and limits that they do not name. */
  limits: Map<string, Map<string, LimitRange>>
  /** By namespace; those of all namespaces at an empty one. */
  guards: Map<string, Guard[]>
}

/** A PersistentVolumeClaim, or the template of one. */
export interface Claim {
  /** null: that of the default class. */
  className: string | null
  modes: string[]
  /** In bytes. */
  size: number
  /** The volume that it names; empty for none. */
  volume: string
}

export interface Volume {
  className: string
  modes: string[]
  size: number
}

export interface Quota {
  name: string
  hard: Record<string, string>
}

export interface LimitRange {
  name: string
  limits: Fields[]
}

/** What makes pods, or is one, with the pod as its file shows it. */
export interface Template {
  kind: string
  namespace: string
  name: string
  labels: Record<string, string>
  spec: Fields
  claimTemplates: Fields[]
}

export function nothingAround(ownClasses: readonly string[]): Around {
  return {
    ownClasses: new Set(ownClasses),
    levels: new Map(),
    accounts: new Set(),
    priorities: new Set(),
    classes: new Map(),
    claims: new Map(),
    volumes: new Map(),
    quotas: new Map(),
    limits: new Map(),
    guards: new Map(),
  }
}

const KINDS = new Set([
  'Namespace',
  'ServiceAccount',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'PersistentVolume',
  'PersistentVolumeClaim',
])

/** Objects of this kind are looked at, whatever else they are read for. */
export function isAround(kind: string): boolean {
  return KINDS.has(kind)
}

const LEVEL = 'pod-security.kubernetes.io/enforce'
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

/** Takes what an object says of pods around it. Of what shape it has to be is for the API server to say. */
export function noteAround(around: Around, kind: string, apiVersion: string, value: Fields): void {
  const metadata = fieldsOf(value['metadata'])
  const name = textOf(metadata['name'])
  const namespace = textOf(metadata['namespace']) || 'default'
  const key = `${namespace}/${name}`
  const spec = fieldsOf(value['spec'])
  const guard = guardOf(kind, apiVersion, { namespace, name, spec })
  if (guard !== null) {
    const where = guard.isForAll ? '' : namespace
    around.guards.getOrInsert(where, []).push(guard)
  }
  switch (kind) {
    case 'Namespace': {
      const level = fieldsOf(metadata['labels'])[LEVEL]
      if (level === 'baseline' || level === 'restricted') around.levels.set(name, level)
      return
    }
    case 'ServiceAccount':
      around.accounts.add(key)
      return
    case 'PriorityClass':
      around.priorities.add(name)
      return
    case 'StorageClass': {
      const isDefault = fieldsOf(metadata['annotations'])[DEFAULT_CLASS] === 'true'
      around.classes.set(name, { provisioner: textOf(value['provisioner']), isDefault })
      return
    }
    case 'ResourceQuota': {
      const hard = Object.entries(fieldsOf(spec['hard'])).map(([of, most]) => [of, textOf(most)])
      around.quotas
        .getOrInsert(namespace, new Map())
        .set(name, { name, hard: Object.fromEntries(hard) as Quota['hard'] })
      return
    }
    case 'LimitRange':
      around.limits.getOrInsert(namespace, new Map()).set(name, { name, limits: listOf(spec['limits']) })
      return
    case 'PersistentVolumeClaim':
      around.claims.set(key, claimOf(spec))
      return
    case 'PersistentVolume':
      around.volumes.set(name, {
        className: textOf(spec['storageClassName']),
        modes: textsOf(spec['accessModes']),
        size: quantityOf(textOf(fieldsOf(spec['capacity'])['storage'])),
      })
  }
}

export function claimOf(spec: Fields): Claim {
  const { storageClassName: className, volumeName } = spec
  return {
    className: typeof className === 'string' ? className : null,
    modes: textsOf(spec['accessModes']),
    size: quantityOf(textOf(fieldsOf(fieldsOf(spec['resources'])['requests'])['storage'])),
    volume: textOf(volumeName),
  }
}
