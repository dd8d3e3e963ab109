import { ingressOf, type NetworkPolicySnapshot, type RouteSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify, type Metadata } from './identify.ts'
import type { ingress, ingressClass, networkPolicy } from './schema.ts'

export function trimNetworkPolicy({ metadata, spec }: z.output<typeof networkPolicy>): NetworkPolicySnapshot {
  return { ...identify('NetworkPolicy', metadata), ...ingressOf(spec) }
}

export function trimIngress({ metadata, spec }: z.output<typeof ingress>): RouteSnapshot {
  const { kind, namespace, name } = identify('Ingress', metadata)
  const className = spec?.ingressClassName ?? annotation(metadata, 'kubernetes.io/ingress.class')
  return { kind, namespace, name, className }
}

export function trimIngressClass({ metadata }: z.output<typeof ingressClass>): RouteSnapshot {
  const takesUnnamed = annotation(metadata, 'ingressclass.kubernetes.io/is-default-class') === 'true'
  return { kind: 'IngressClass', namespace: '', name: metadata.name, takesUnnamed }
}

function annotation({ annotations }: Metadata, key: string): string | null {
  const value = annotations?.[key]
  return value ?? null
}
