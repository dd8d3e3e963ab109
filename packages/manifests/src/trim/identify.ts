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

/** Source: Kubernetes, "Labels and Selectors". A variable that is not filled in is no value yet. */
const LABEL_VALUE = /^(?:[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?)?$|\$/

/** @param what they are, for the sentence */
export function badLabel(labels: Readonly<Record<string, string>>, what: 'label' | 'selector'): string | null {
  const bad = Object.entries(labels).find(([, value]) => !LABEL_VALUE.test(value))
  return bad === undefined
    ? null
    : `the value of its ${what} ${bad[0]} is none: at most 63 letters, digits, dots, dashes and underscores`
}
