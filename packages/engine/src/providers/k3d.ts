import { own } from '@portolan/core'
import { readK3dConfig } from '../balancers/k3d-config.ts'
import type { Member, Provider } from './provider.ts'

const ROLES: Record<string, Member['role']> = { server: 'control-plane', agent: 'worker', loadbalancer: 'balancer' }

/**
 * Ports may be published on a node or on `serverlb`, an nginx in front of them.
 *
 * Source: k3d, pkg/types: labels, names and the context `k3d-NAME`.
 */
export const k3d: Provider = {
  name: 'k3d',
  label: { key: 'app', value: 'k3d' },
  isOwnPort: (port, role) => port === 6443 && role !== 'worker',
  balancer: { program: 'nginx', from: { file: '/etc/confd/values.yaml' }, read: readK3dConfig },
  read(labels) {
    const name = labels['k3d.cluster']
    const role = own(ROLES, labels['k3d.role'] ?? '')
    if (name === undefined || role === undefined) return null
    return { cluster: `k3d-${name}`, context: `k3d-${name}`, role }
  },
}
