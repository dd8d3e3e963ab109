import type { DeployOptions, NodeSpec, ServiceOptions } from '@portolan/practice'
import { between, pick } from './random.ts'

/** What a cluster is made of, before anything happens to it. */
export interface Scene {
  name: string
  nodes: NodeSpec[]
  deployments: DeployOptions[]
  services: ServiceOptions[]
}

export interface Surroundings {
  clusters: Scene[]
  /** Portolan is installed in the cluster: its prober and agents are elsewhere. */
  isInstalled: boolean
  isDesktop: boolean
  /** Ports are mapped on every address of the host. */
  isOpen: boolean
  intervalMs: number
}

const INGRESS = { ingress: 'yes' }

export function surroundingsOf(random: () => number): Surroundings {
  const isInstalled = random() < 0.3
  const count = !isInstalled && random() < 0.25 ? 2 : 1
  return {
    clusters: Array.from({ length: count }, (_, index) => sceneOf(random, index)),
    isInstalled,
    isDesktop: random() < 0.15,
    isOpen: random() < 0.5,
    intervalMs: pick(random, [1000, 2000, 5000, 5000]),
  }
}

function sceneOf(random: () => number, index: number): Scene {
  const ports = between(random, 1, 3)
  const numbers = Array.from({ length: ports }, (_, port) => 30_080 + index * 100 + port)
  const mapped = numbers.map((port) => ({ hostPort: port, containerPort: port }))
  const workers = between(random, 2, 3)
  const others = Array.from({ length: workers - 1 }, (): NodeSpec => ({ role: 'worker' }))
  return {
    name: `sim${index + 1}`,
    nodes: [{ role: 'control-plane' }, { role: 'worker', ports: mapped, labels: INGRESS }, ...others],
    ...applicationsOf(random, numbers),
  }
}

function applicationsOf(random: () => number, ports: number[]): Pick<Scene, 'deployments' | 'services'> {
  const deployments: DeployOptions[] = []
  const services: ServiceOptions[] = []
  for (const [index, port] of ports.entries()) {
    const name = `app${index + 1}`
    const isHostPort = random() < 0.2
    deployments.push({
      name,
      replicas: isHostPort ? 1 : pick(random, [1, 1, 2, 3]),
      readinessProbe: random() < 0.8,
      strategy: isHostPort
        ? { maxSurge: 0, maxUnavailable: 1 }
        : pick(random, ['Recreate' as const, { maxSurge: 1, maxUnavailable: 0 }, { maxSurge: 0, maxUnavailable: 1 }]),
      ...(isHostPort && { hostPort: port }),
      ...(random() < 0.2 && { nodeSelector: INGRESS }),
    })
    if (isHostPort) continue
    const externalTrafficPolicy = pick(random, ['Local', 'Cluster'] as const)
    services.push({ name, app: name, nodePort: port, externalTrafficPolicy })
  }
  return { deployments, services }
}
