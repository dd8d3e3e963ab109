import type { Doubt } from '@portolan/core'
import type { Around, Template } from './around.ts'
import { textOf } from './fields.ts'
import { outsideBounds } from './bounds.ts'
import { unboundClaim } from './claims.ts'
import { unmetDemand } from './demands.ts'

/** Why pods may not come to be, or not be reached, as their file shows them: what decides is not among the files. */
export function doubtOfPods(around: Around, template: Template): Doubt | null {
  const because =
    unknownName(around, template) ??
    unboundClaim(around, template) ??
    unmetDemand(template.spec) ??
    outsideBounds(around, template)
  if (because !== null) return { because, cause: 'no_endpoints' }
  const guards = [...(around.guards.get('') ?? []), ...(around.guards.get(template.namespace) ?? [])]
  const guard = guards.find(({ concerns }) => concerns(template.labels))
  return guard === undefined
    ? null
    : {
        because: `is guarded by ${guard.kind} ${guard.isForAll ? guard.name : `${guard.namespace}/${guard.name}`}: whether that lets clients from outside the cluster in was not read`,
        cause: 'network_policy',
      }
}

/** Source: Kubernetes, "Pod Priority and Preemption". */
const OWN_PRIORITIES = new Set(['system-cluster-critical', 'system-node-critical'])

function unknownName({ priorities, accounts }: Around, { namespace, spec }: Template): string | null {
  const priority = textOf(spec['priorityClassName'])
  if (priority !== '' && !OWN_PRIORITIES.has(priority) && !priorities.has(priority)) {
    return `names PriorityClass ${priority}, which is not among the files: without it the API server refuses the pods`
  }
  const account = textOf(spec['serviceAccountName'] ?? spec['serviceAccount'])
  // Kubernetes makes those of its own controllers.
  const isKnown = account === '' || account === 'default' || namespace === 'kube-system'
  return isKnown || accounts.has(`${namespace}/${account}`)
    ? null
    : `names ServiceAccount ${account}, which is not among the files: without it the API server refuses the pods`
}
