import type { Provider } from './provider.ts'

const OWN_PORTS: readonly number[] = [22, 2376, 5000, 8443, 32_443]

/**
 * The label holds the machine's name (`minikube`, `minikube-m02`); the profile, which the context is called by, is the
 * name of their network.
 *
 * Source: minikube, pkg/drivers/kic/oci: labels, the network of a profile, and the ports of SSH, Docker, the registry and the
 * API server, which it publishes at random ports of loopback.
 */
export const minikube: Provider = {
  name: 'minikube',
  label: { key: 'created_by.minikube.sigs.k8s.io', value: 'true' },
  isOwnPort: (port) => OWN_PORTS.includes(port),
  read(labels, { NetworkSettings }) {
    const machine = labels['name.minikube.sigs.k8s.io']
    if (machine === undefined) return null
    const networks = Object.keys(NetworkSettings?.Networks ?? {})
    const profile = networks.find((one) => isOf(machine, one)) ?? machine.replace(/-m\d{2,}$/, '')
    return { cluster: profile, context: profile, role: machine === profile ? 'control-plane' : 'worker' }
  },
}

function isOf(machine: string, profile: string): boolean {
  return (
    machine === profile || (machine.startsWith(`${profile}-m`) && /^\d{2,}$/.test(machine.slice(profile.length + 2)))
  )
}
