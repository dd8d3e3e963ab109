import type { ServiceSnapshot } from '@portolan/core'
import type { Chunk } from './document.ts'
import { isCustom } from './trim/custom.ts'

/** What a document is about, as far as its text tells; null where the kind is not written plainly. */
export function plainKind({ text }: Chunk): string | null {
  return /^kind:[ \t]*(\w+)[ \t]*(#.*)?\r?$/m.exec(text)?.[1] ?? null
}

export function isExposed({ type }: Pick<ServiceSnapshot, 'type'>): boolean {
  return type === 'NodePort' || type === 'LoadBalancer'
}

/** A Service that clients outside the cluster may use names its type, or addresses of its own. */
export function mayBeExposed({ text }: Chunk): boolean {
  return /NodePort|LoadBalancer|externalIPs/.test(text)
}

/** An object of an API group that is not Kubernetes' own. */
export function mayBeCustom({ text }: Chunk): boolean {
  const apiVersion = /^apiVersion:[ \t]*["']?([\w./-]+)/m.exec(text)?.[1]
  return apiVersion !== undefined && isCustom(apiVersion)
}

/** A key with its value, however they are quoted and spaced; what they are made of as a label. */
const PAIR = /(?<![\w./-])([\w./-]+)["']?\s*:(?=\s*["']?([\w.-]+))/g
/** A value that is written elsewhere, on lines of its own or with a tag. */
const UNUSUAL = /:\s*[*!|>]/

/** Knows pods that may be behind one of these Services, or hold a port of their node, by their text. */
export function mayAnswer(services: readonly ServiceSnapshot[]): (chunk: Chunk) => boolean {
  const wanted = services.filter(isExposed).map(({ selector }) =>
    Object.entries(selector).flatMap(([name, value]) => {
      const pairs = pairsIn(`${name}: ${value}`)
      return pairs.length === 1 && pairs[0] === `${name}=${value}` ? pairs : []
    }),
  )
  const byFirst = Map.groupBy(wanted, ([first]) => first)
  return ({ text }) => {
    if (byFirst.has(undefined) || /hostPort|hostNetwork/.test(text) || UNUSUAL.test(text)) return true
    const pairs = new Set(pairsIn(text))
    return pairs.values().some((pair) => byFirst.get(pair)?.some((all) => all.every((one) => pairs.has(one))))
  }
}

/** Whether any of these labels are those of a selector: looked for among those that share its rarest label. */
export function finderOf(
  all: readonly Record<string, string>[],
): (service: Pick<ServiceSnapshot, 'selector'>) => boolean {
  const byLabel = new Map<string, Record<string, string>[]>()
  for (const labels of all) {
    for (const [name, value] of Object.entries(labels)) {
      const label = `${name}=${value}`
      const known = byLabel.get(label)
      if (known === undefined) byLabel.set(label, [labels])
      else known.push(labels)
    }
  }
  return ({ selector }) => {
    const wanted = Object.entries(selector)
    const sharing = wanted.map(([name, value]) => byLabel.get(`${name}=${value}`) ?? [])
    const [fewest = all] = sharing.toSorted((a, b) => a.length - b.length)
    return fewest.some((labels) => wanted.every(([name, value]) => labels[name] === value))
  }
}

function pairsIn(text: string): string[] {
  return Array.from(text.matchAll(PAIR), ([, name, value]) => `${name}=${value}`)
}
