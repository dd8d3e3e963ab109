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
  return readConfiguration(parseOrNull(text))
}

/**
 * The same of a JSON patch, which is read for what it adds or replaces.
 *
 * @returns null for one that says nothing of a node's labels and taints, or cannot be understood
 */
export function readKubeadmJsonPatch({ kind, patch: text }: { kind: string; patch: string }): KubeadmPatch | null {
  const read = operations.safeParse(parseOrNull(text))
  if (!read.success) return null
  const set = read.data.filter(({ op }) => op === 'add' || op === 'replace')
  return readConfiguration(set.reduce<unknown>((made, { path, value }) => put(made, stepsOf(path), value), { kind }))
}

/** Source: RFC 6902. */
const operations = z.array(
  z.object({
    op: z.enum(['add', 'replace', 'remove', 'test']),
    path: z.string().startsWith('/'),
    value: z.unknown(),
  }),
)

/** The steps of a JSON pointer (RFC 6901). */
function stepsOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** With the value where the steps lead, and all that leads there; `-` and numbers are elements of a list. */
function put(into: unknown, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(into)) return [...into, put(undefined, rest, value)]
  if (typeof into === 'object' && into !== null) {
    const known = Object.hasOwn(into, step) ? into[step as keyof typeof into] : undefined
    return { ...into, [step]: put(known, rest, value) }
  }
  return put(/^(-|\d+)$/.test(step) ? [] : {}, [step, ...rest], value)
}

function readConfiguration(configuration: unknown): KubeadmPatch | null {
  const read = patch.safeParse(configuration)
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
