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
  const configuration: Record<string, unknown> = { kind }
  for (const { op, path, value } of read.data) if (op !== 'remove' && op !== 'test') put(configuration, path, value)
  return readConfiguration(configuration)
}

/** Source: RFC 6902. */
const operations = z.array(
  z.object({
    op: z.enum(['add', 'replace', 'remove', 'test']),
    path: z.string().startsWith('/'),
    value: z.unknown(),
  }),
)

/** Sets what a JSON pointer names (RFC 6901), with all that leads to it; `-` and numbers are elements of a list. */
function put(into: Record<string, unknown>, pointer: string, value: unknown): void {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  let here: Record<string, unknown> | unknown[] = into
  steps.forEach((step, index) => {
    const isElement = Array.isArray(here)
    const next = index === steps.length - 1 ? value : (!isElement && childOf(here, step)) || emptyFor(steps[index + 1])
    if (Array.isArray(here)) here.push(next)
    else Object.defineProperty(here, step, { value: next, enumerable: true, writable: true, configurable: true })
    if (typeof next === 'object' && next !== null) here = next as typeof here
  })
}

function childOf(parent: Record<string, unknown> | unknown[], step: string): object | null {
  const child = Object.hasOwn(parent, step) ? (parent as Record<string, unknown>)[step] : null
  return typeof child === 'object' ? child : null
}

const emptyFor = (step = '') => (/^(-|\d+)$/.test(step) ? [] : {})

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
