import type { Taint } from '@portolan/core'
import { parse } from 'yaml'
import { z } from 'zod'

/** What a kubeadm patch makes of a node. */
export interface KubeadmPatch {
  kind: string
  /** null where it does not speak of them. */
  labels: Record<string, string> | null
  taints: Taint[] | null
}

const taint = z.object({
  key: z.string(),
  value: z.string().default(''),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
})

const patch = z.object({
  kind: z.string().default(''),
  nodeRegistration: z
    .object({
      taints: z.array(taint).nullish(),
      /** A map up to kubeadm v1beta3, a list from v1beta4 on. */
      kubeletExtraArgs: z
        .union([z.record(z.string(), z.string()), z.array(z.object({ name: z.string(), value: z.string() }))])
        .nullish(),
    })
    .nullish(),
})

/** @returns null for one that says nothing of a node's labels and taints, or cannot be understood */
export function readKubeadmPatch(text: string): KubeadmPatch | null {
  const read = patch.safeParse(parseOrNull(text))
  const registration = read.data?.nodeRegistration
  if (!read.success || !registration) return null
  const given = registration.kubeletExtraArgs ?? {}
  const args = Array.isArray(given) ? Object.fromEntries(given.map(({ name, value }) => [name, value])) : given
  const labels = args['node-labels']
  const withTaints = args['register-with-taints']
  return {
    kind: read.data.kind,
    labels: labels === undefined ? null : Object.fromEntries(words(labels).map(pair)),
    taints: registration.taints ?? (withTaints === undefined ? null : words(withTaints).map(toTaint)),
  }
}

function parseOrNull(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null // kind refuses such a patch itself, with a message of its own
  }
}

const words = (list: string) => list.split(',').filter((word) => word !== '')

function pair(word: string): [string, string] {
  const [key = '', value = ''] = word.split('=')
  return [key, value]
}

function toTaint(word: string): Taint {
  const [what = '', effect = ''] = word.split(':')
  const [key, value] = pair(what)
  return { key, value, effect: effect as Taint['effect'] }
}
