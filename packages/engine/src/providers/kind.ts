import type { Provider } from './provider.ts'

/** Source: kind, pkg/cluster/constants: labels; the balancer in front of several control planes carries them as well. */
export const kind: Provider = {
  name: 'kind',
  label: { key: 'io.x-k8s.kind.cluster' },
  isOwnPort: (port, role) => port === 6443 && role === 'control-plane',
  // Unless an experiment says otherwise.
  network: 'kind',
  read(labels) {
    const cluster = labels['io.x-k8s.kind.cluster']
    const role = labels['io.x-k8s.kind.role']
    if (cluster === undefined || (role !== 'control-plane' && role !== 'worker')) return null
    return { cluster, context: `kind-${cluster}`, role }
  },
}
