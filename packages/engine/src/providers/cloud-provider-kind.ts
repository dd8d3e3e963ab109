import { readEnvoyClusters } from '../balancers/envoy-clusters.ts'
import type { Provider } from './provider.ts'

const ADMIN_PORT = 10_000

/**
 * An Envoy for each Service of type LoadBalancer of a kind cluster, and one for each Gateway, which leads to pods and is not
 * read. Beside its admin port it publishes the ports of the Service, where the containers' addresses are not in reach.
 *
 * Source: cloud-provider-kind, pkg/constants and pkg/loadbalancer.
 */
export const cloudProviderKind: Provider = {
  // Its containers belong to the clusters of kind.
  name: 'kind',
  label: { key: 'io.x-k8s.cloud-provider-kind.cluster' },
  isOwnPort: (port) => port === ADMIN_PORT,
  network: 'kind',
  balancer: { program: 'Envoy', from: { port: ADMIN_PORT, path: '/clusters' }, read: readEnvoyClusters },
  read(labels) {
    const cluster = labels['io.x-k8s.cloud-provider-kind.cluster']
    const [of, namespace, name, ...more] = (labels['io.x-k8s.cloud-provider-kind.loadbalancer.name'] ?? '').split('/')
    if (cluster === undefined || of !== cluster || !namespace || !name || more.length > 0) return null
    return { cluster, context: `kind-${cluster}`, role: 'balancer', service: { namespace, name } }
  },
}
