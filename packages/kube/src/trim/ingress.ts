import type { V1Ingress, V1IngressBackend, V1IngressClass } from '@kubernetes/client-node'
import type { HostRule, IngressClassSnapshot, IngressSnapshot } from '@portolan/core'
import { identify } from './metadata.ts'

/** An Ingress may be as large as etcd takes. */
const MOST_RULES = 200
const LONGEST_PATH = 1000

/** Source: networking.k8s.io/v1; the annotation of before `spec.ingressClassName`; canaries are of ingress-nginx. */
export function trimIngress(ingress: V1Ingress): IngressSnapshot {
  const { spec, status } = ingress
  const annotations = ingress.metadata?.annotations ?? {}
  return {
    kind: 'Ingress',
    ...identify(ingress),
    className: spec?.ingressClassName ?? annotations['kubernetes.io/ingress.class'] ?? null,
    rules: rulesOf(spec).slice(0, MOST_RULES),
    tls: (spec?.tls ?? [])
      .slice(0, MOST_RULES)
      .map(({ hosts, secretName }) => ({ hosts: (hosts ?? []).slice(0, MOST_RULES), secretName: secretName ?? '' })),
    addresses: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).slice(0, 8),
    ...(annotations['nginx.ingress.kubernetes.io/canary'] === 'true' && { canary: true }),
  }
}

/** The default backend is a rule for every host and path that no other takes. */
function rulesOf(spec: V1Ingress['spec']): HostRule[] {
  const rules = (spec?.rules ?? []).flatMap(({ host = '', http }, rule) =>
    (http?.paths ?? []).map(({ path, pathType, backend }, index) => ({
      host,
      path: (path || '/').slice(0, LONGEST_PATH),
      pathType,
      place: `/spec/rules/${rule}/http/paths/${index}/backend`,
      backend: backendOf(backend),
    })),
  )
  if (spec?.defaultBackend === undefined) return rules
  const backend = backendOf(spec.defaultBackend)
  return [...rules, { host: '', path: '/', pathType: 'Prefix', place: '/spec/defaultBackend', backend }]
}

function backendOf({ service }: V1IngressBackend): HostRule['backend'] {
  return service === undefined
    ? null
    : { service: service.name, port: String(service.port?.name ?? service.port?.number ?? '') }
}

export function trimIngressClass(ingressClass: V1IngressClass): IngressClassSnapshot {
  const annotations = ingressClass.metadata?.annotations ?? {}
  return {
    kind: 'IngressClass',
    ...identify(ingressClass),
    controller: ingressClass.spec?.controller ?? '',
    isDefault: annotations['ingressclass.kubernetes.io/is-default-class'] === 'true',
  }
}
