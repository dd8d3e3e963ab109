import type { Doubt, ServiceSnapshot } from '@portolan/core'
import { quantityOf } from '../trim/quantity.ts'
import type { Around, Template } from './around.ts'
import { containersOf, type Fields, fieldsOf, textOf } from './fields.ts'

/** Why the API server may not take a Service, or nobody opens its ports. */
export function doubtOfService(
  around: Around,
  { namespace, type, ports }: Pick<ServiceSnapshot, 'namespace' | 'type' | 'ports'>,
): Doubt | null {
  if (type === 'ExternalName' && ports.some(({ nodePort }) => nodePort > 0)) {
    return { because: 'is of type ExternalName, for which no node opens a port', cause: 'node_port_refused' }
  }
  const counted = ['services', 'count/services', ...(BY_TYPE[type] ?? [])]
  const none = quotasOf(around, namespace).find(({ hard }) => counted.some((of) => isNone(hard[of])))
  return none === undefined
    ? null
    : { because: `needs what ResourceQuota ${namespace}/${none.name} allows none of`, cause: 'object_refused' }
}

/** Source: Kubernetes, "Resource Quotas", object count quota. */
const BY_TYPE: Record<string, string[]> = {
  NodePort: ['services.nodeports'],
  LoadBalancer: ['services.nodeports', 'services.loadbalancers'],
}

/** Why the API server refuses pods by the quotas and the limits of their namespace; null where it does not. */
export function outsideBounds(around: Around, template: Template): string | null {
  return quotaFor(around, template) ?? limitFor(around, template)
}

/** Source: Kubernetes, "Resource Quotas": pods that do not name what a quota counts are refused. */
function quotaFor(around: Around, { namespace, spec }: Template): string | null {
  const isLimited = (around.limits.get(namespace)?.size ?? 0) > 0
  const containers = containersOf(spec)
  for (const { name, hard } of quotasOf(around, namespace)) {
    const quota = `ResourceQuota ${namespace}/${name}`
    if (isNone(hard['pods']) || isNone(hard['count/pods'])) return `makes pods, of which ${quota} allows none`
    if (isLimited) continue
    const missed = Object.keys(hard).find((of) => {
      const [, how = 'requests', what] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(of) ?? []
      return what !== undefined && containers.some((one) => !names(one, how, what))
    })
    if (missed !== undefined) return `names no ${missed} for its containers, which ${quota} asks for`
  }
  return null
}

/** A limit is the request as well where there is no other. */
function names({ resources }: Fields, how: string, what: string): boolean {
  const { requests, limits } = fieldsOf(resources)
  const given = how === 'limits' ? [limits] : [requests, limits]
  return given.some((one) => fieldsOf(one)[what] != null)
}

function quotasOf({ quotas }: Around, namespace: string) {
  return quotas.get(namespace)?.values() ?? [].values()
}

function isNone(most: string | undefined): boolean {
  return most !== undefined && most !== '' && quantityOf(most) === 0
}

/** Source: Kubernetes, "Limit Ranges": of single containers. */
function limitFor(around: Around, { namespace, spec }: Template): string | null {
  const asked = containersOf(spec).flatMap(({ resources }) => {
    const { requests, limits } = fieldsOf(resources)
    return [...amountsIn(requests), ...amountsIn(limits)]
  })
  for (const { name, limits } of around.limits.get(namespace)?.values() ?? []) {
    for (const { type, max, min } of limits) {
      if (type !== 'Container') continue
      const odd = asked.find(
        ([what, amount]) => isBeyond(amount, fieldsOf(max)[what], 1) || isBeyond(amount, fieldsOf(min)[what], -1),
      )
      if (odd !== undefined)
        return `asks for an amount of ${odd[0]} that LimitRange ${namespace}/${name} does not allow`
    }
  }
  return null
}

function amountsIn(value: unknown): [what: string, amount: number][] {
  return Object.entries(fieldsOf(value)).map(([what, amount]) => [what, quantityOf(textOf(amount))])
}

/** @param sign 1: above the bound; -1: below it */
function isBeyond(amount: number, bound: unknown, sign: 1 | -1): boolean {
  return textOf(bound) !== '' && (amount - quantityOf(textOf(bound))) * sign > 0
}
