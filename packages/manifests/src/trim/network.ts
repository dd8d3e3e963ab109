import { type NetworkPolicySnapshot, type RouteSnapshot, selectorOf } from '@portolan/core'
import type { z } from 'zod'
import { identify, type Metadata } from './identify.ts'
import type { ingress, ingressClass, networkPolicy } from './schema.ts'

/** @returns null for a policy on egress alone */
export function trimNetworkPolicy({ metadata, spec }: z.output<typeof networkPolicy>): NetworkPolicySnapshot | null {
  if (spec.policyTypes && !spec.policyTypes.includes('Ingress')) return null
  const { kind, namespace, name } = identify('NetworkPolicy', metadata)
  return {
    kind,
    namespace,
    name,
    pods: selectorOf(spec.podSelector),
    ingress: (spec.ingress ?? []).map((rule) => ({
      outsiders: !rule?.from || rule.from.length === 0 || rule.from.some(({ ipBlock }) => Boolean(ipBlock)),
      ports: (rule?.ports ?? []).flatMap(({ port }) => port ?? []),
    })),
  }
}

export function trimIngress({ metadata, spec }: z.output<typeof ingress>): RouteSnapshot {
  const { kind, namespace, name } = identify('Ingress', metadata)
  const className = spec?.ingressClassName ?? annotation(metadata, 'kubernetes.io/ingress.class')
  return { kind, namespace, name, className }
}

export function trimIngressClass({ metadata }: z.output<typeof ingressClass>): RouteSnapshot {
  const isDefault = annotation(metadata, 'ingressclass.kubernetes.io/is-default-class') === 'true'
  return { kind: 'IngressClass', namespace: '', name: metadata.name, isDefault }
}

function annotation({ annotations }: Metadata, key: string): string | null {
  const value = annotations?.[key]
  return value ?? null
}
