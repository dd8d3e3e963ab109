import { type Endpoint, isReady, matchesLabels, type Pod, type Service, type ServicePort } from '../objects.ts'
import { type ControlContext, suffix } from './context.ts'

/** Service + Pods -> one EndpointSlice: who is behind the Service, on which node, and in what condition. */
export function reconcileEndpointSlices({ store, random }: ControlContext): void {
  for (const service of store.list('services')) {
    const { name, namespace = '', uid } = service.metadata
    const { selector } = service.spec
    if (selector === undefined) continue
    const pods = store
      .list('pods')
      .filter((pod) => pod.metadata.namespace === namespace && matchesLabels(selector, pod.metadata.labels))
      .filter((pod) => pod.status.podIP !== undefined)
    const endpoints = pods.map(endpointOf)
    const ports = service.spec.ports.flatMap((port) => slicePort(service, port, pods))
    const known = store
      .list('endpointslices')
      .find((slice) => slice.metadata.ownerReferences?.some((owner) => owner.uid === uid))
    if (known !== undefined) {
      store.update('endpointslices', namespace, known.metadata.name, (copy) => {
        copy.endpoints = endpoints
        copy.ports = ports
      })
      continue
    }
    store.create('endpointslices', {
      metadata: {
        name: `${name}-${suffix(random)}`,
        namespace,
        labels: {
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true }],
      },
      addressType: 'IPv4',
      endpoints,
      ports,
    })
  }
}

function endpointOf(pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  const { name, namespace = '', uid } = pod.metadata
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: { ready: serving && !terminating, serving, terminating },
    nodeName: pod.spec.nodeName ?? '',
    targetRef: { kind: 'Pod', name, namespace, uid },
  }
}

/** A named targetPort is looked up in a pod; without any it is left out, as the real controller does. */
function slicePort(
  { spec }: Service,
  port: ServicePort,
  pods: Pod[],
): { name: string; port: number; protocol: 'TCP' }[] {
  const { targetPort } = port
  const named = pods[0]?.spec.containers.flatMap((one) => one.ports ?? []).find((one) => one.name === targetPort)
  const number = typeof targetPort === 'number' ? targetPort : named?.containerPort
  if (spec.ports.length === 0 || number === undefined) return []
  return [{ name: port.name ?? '', port: number, protocol: 'TCP' }]
}
