import { count, listed } from '../causes/words.ts'
import type { PreflightWorld } from '../model/world.ts'

/** So many are named. */
const MOST_NAMED = 3

/**
 * What was given, and waits for somebody who was not: a controller that may listen at ports of the nodes, or make pods and
 * Services. null: nothing does.
 */
export function whatWaits({ routes, customs, unread }: PreflightWorld): string | null {
  const ingresses = routes.flatMap((route) =>
    route.kind === 'Ingress'
      ? [`Ingress ${route.namespace}/${route.name}${route.className === null ? '' : ` (class ${route.className})`}`]
      : [],
  )
  const others = customs.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
  const named = [...ingresses, ...others]
  const waiting =
    named.length === 0
      ? []
      : [
          `${some(named)} ${named.length === 1 ? 'waits' : 'wait'} for a controller that is not among the files: pipe in what \`helm template\` or \`kubectl kustomize\` makes of it`,
        ]
  const notRead = unread.length === 0 ? [] : [`${some(unread)} could not be read: render it first`]
  return [...waiting, ...notRead].join('. ') || null
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${count(more, 'other')}` : listed(names)
}
