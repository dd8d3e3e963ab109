import { count, listed } from '../causes/words.ts'
import type { PreflightWorld } from '../model/world.ts'

/** So many are named. */
const MOST_NAMED = 3

/**
 * What was given, and waits for somebody who was not: a controller that may listen at ports of the nodes, or make pods and
 * Services. null: nothing does.
 */
export function whatWaits(world: PreflightWorld): string | null {
  const ingresses = world.routes.flatMap((route) =>
    route.kind === 'Ingress' && !hasController(world, route.className)
      ? [`Ingress ${route.namespace}/${route.name}${route.className === null ? '' : ` (class ${route.className})`}`]
      : [],
  )
  const others = world.customs.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
  const { unread } = world
  const sentences = [
    ...(ingresses.length === 0
      ? []
      : [
          `${some(ingresses)} ${ingresses.length === 1 ? 'waits' : 'wait'} for a controller that is not among the files: pipe in the output of \`helm template\` or \`kubectl kustomize\``,
        ]),
    ...(others.length === 0
      ? []
      : [`${some(others)} may bring pods, Services and listeners of which only their controller knows`]),
    ...(unread.length === 0 ? [] : [`${some(unread)} could not be read: render it first`]),
  ]
  return sentences.join('. ') || null
}

/** The manifests of a controller bring its IngressClass. */
export function hasController({ routes }: PreflightWorld, className: string | null): boolean {
  return routes.some((route) => route.kind === 'IngressClass' && (className === null || route.name === className))
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${count(more, 'other')}` : listed(names)
}
