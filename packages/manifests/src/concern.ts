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

/** A Service that clients outside the cluster may use names its type. */
export function mayBeExposed({ text }: Chunk): boolean {
  return /NodePort|LoadBalancer/.test(text)
}

/** An object of an API group that is not Kubernetes' own. */
export function mayBeCustom({ text }: Chunk): boolean {
  const apiVersion = /^apiVersion:[ \t]*["']?([\w./-]+)/m.exec(text)?.[1]
  return apiVersion !== undefined && isCustom(apiVersion)
}

/** Pods that may be behind one of these Services, or hold a port of their node. */
export function mayAnswer({ text }: Chunk, services: readonly ServiceSnapshot[]): boolean {
  if (/hostPort|hostNetwork/.test(text)) return true
  return services.some(
    (service) => isExposed(service) && Object.values(service.selector).every((value) => text.includes(value)),
  )
}
