import type { HostRule, IngressRouteSnapshot } from '@portolan/core'
import * as z from 'zod'
import { list, MOST_RULES, part, text } from './custom.ts'
import { identify, type Meta } from './metadata.ts'
import { readMatch } from './traefik-match.ts'

const service = z.object({
  kind: text,
  name: text,
  namespace: text,
  port: z.union([z.string(), z.number()]).catch(''),
})
const ingressRoute = z.object({
  spec: part({
    entryPoints: list(z.string()),
    routes: list(z.object({ match: text, services: list(service) })),
    tls: z.object({ secretName: text }).nullish().catch(null),
  }),
})

export function trimIngressRoute(object: Meta): IngressRouteSnapshot {
  const { spec } = ingressRoute.parse(object)
  return {
    kind: 'IngressRoute',
    ...identify(object),
    entryPoints: spec.entryPoints,
    rules: spec.routes
      .flatMap(({ match, services: [first] }, index) =>
        readMatch(match).map((asked): HostRule => {
          const place = `/spec/routes/${index}/services/0`
          return { ...asked, place, backend: first === undefined ? null : backendOf(first) }
        }),
      )
      .slice(0, MOST_RULES),
    secret: spec.tls?.secretName ?? null,
  }
}

function backendOf({ kind, name, namespace, port }: z.output<typeof service>): HostRule['backend'] {
  if (kind !== '' && kind !== 'Service') return null
  return { service: name, port: String(port), ...(namespace !== '' && { namespace }) }
}
