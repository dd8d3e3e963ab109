import type { z } from 'zod'
import type { metadata } from './schema.ts'

export type Metadata = z.output<typeof metadata>

/** What a snapshot is found by: in files the name has to do for the uid. */
export function identify<K extends string>(kind: K, { name, namespace }: Metadata) {
  const where = namespace ?? 'default'
  return { kind, namespace: where, name, uid: `${kind}/${where}/${name}`, resourceVersion: '', createdAt: 0 }
}

export function isManagedByHelm({ labels }: Metadata): boolean {
  return labels?.['app.kubernetes.io/managed-by'] === 'Helm'
}
