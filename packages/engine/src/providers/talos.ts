import type { Provider } from './provider.ts'

/** Source: Talos, pkg/provision/providers/docker: labels; talosctl names the context `admin@NAME`. */
export const talos: Provider = {
  name: 'talos',
  label: { key: 'talos.owned', value: 'true' },
  isOwnPort: (port, role) => (port === 6443 || port === 50_000) && role === 'control-plane',
  read(labels) {
    const name = labels['talos.cluster.name']
    const type = labels['talos.type']
    if (name === undefined || type === undefined) return null
    const isControl = type === 'controlplane' || type === 'init'
    return { cluster: `talos-${name}`, context: `admin@${name}`, role: isControl ? 'control-plane' : 'worker' }
  },
}
