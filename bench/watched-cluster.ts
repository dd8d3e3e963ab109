import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'

/** A practice cluster with so many mapped ports, of which every third is dark by its policy; says how it is reached. */
const count = Number(process.argv[2])
const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const nodePorts = Array.from({ length: count }, (_, index) => 30_000 + index)
const cluster = createPracticeCluster({
  name: 'lab',
  nodes: [
    { role: 'control-plane' },
    { role: 'worker', ports: nodePorts.map((containerPort) => ({ containerPort, hostPort: 0 })) },
    { role: 'worker' },
    { role: 'worker' },
  ],
  folder,
  clock: systemClock,
  random: Math.random,
})
await cluster.start()
cluster.cordon('lab-worker')
for (const app of ['near', 'far']) {
  if (app === 'near') for (const node of ['lab-worker2', 'lab-worker3']) cluster.cordon(node)
  cluster.uncordon(app === 'near' ? 'lab-worker' : 'lab-worker2')
  cluster.deploy({ name: app })
  await cluster.settled()
  if (app === 'near') cluster.cordon('lab-worker')
}
for (const [index, nodePort] of nodePorts.entries()) {
  const app = index % 3 === 0 ? 'far' : 'near'
  cluster.service({ name: `service-${index}`, app, nodePort, externalTrafficPolicy: 'Local' })
}
await cluster.settled()
process.on('disconnect', () => {
  cluster
    .stop()
    .then(() => rmSync(folder, { recursive: true }))
    .catch((error: unknown) => console.error(error))
})
process.send?.({ DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig })
