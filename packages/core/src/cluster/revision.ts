import type { ObjectSnapshot, ServiceSnapshot } from '../model/snapshot.ts'

/**
 * Whether this change of an object may change where pods go, or which Services lead to them. What only says how pods
 * and workloads fare at the moment does not.
 */
export function isRevision(
  services: { readonly services: ReadonlyMap<string, ServiceSnapshot> },
  before: ObjectSnapshot | null,
  after: ObjectSnapshot | null,
): boolean {
  return planned(services, before) !== planned(services, after)
}

function planned({ services }: Parameters<typeof isRevision>[0], object: ObjectSnapshot | null): string {
  switch (object?.kind) {
    case 'Node':
      return JSON.stringify([object.labels, object.taints, object.unschedulable])
    // Pods follow from their workload's template; one of its own is a plan itself.
    case 'Pod':
      return object.owner === null ? JSON.stringify([object.uid, object.placement]) : ''
    case 'EndpointSlice': {
      const service = services.get(`Service/${object.namespace}/${object.service}`)
      const followsFromPods = service !== undefined && Object.keys(service.selector).length > 0
      return followsFromPods ? '' : JSON.stringify(object)
    }
    case 'ReplicaSet':
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet': {
      const { uid, owner, replicas, template, rollout, managedByHelm, kind } = object
      return JSON.stringify([uid, owner, kind === 'DaemonSet' ? null : replicas, template, rollout, managedByHelm])
    }
    case 'Service':
    case 'NetworkPolicy':
    case 'PersistentVolume':
    case 'PersistentVolumeClaim':
      return JSON.stringify({ ...object, resourceVersion: '' })
    case 'Ingress':
    case 'IngressClass':
    case 'Gateway':
    case 'GatewayClass':
    case 'HTTPRoute':
    case 'IngressRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'Event':
    case undefined:
      return ''
  }
}
