import { deployment, pod, replicaSet, service, slice } from './builders.ts'
import { ALL_OK, createKnownWorld, type World } from './world.ts'

export const PORT = 'host:30080'

/** One replica on `on` behind NodePort 30080, policy Local, seen answering or not by all vantages. */
export function story(on: string, policy: 'Local' | 'Cluster' = 'Local'): World {
  const first = pod('web-1', on)
  const world = createKnownWorld([
    deployment(),
    replicaSet(),
    service({ externalTrafficPolicy: policy }),
    first,
    slice([first]),
  ])
  world.pass(1000)
  return world
}

export function answering(on = 'a', policy: 'Local' | 'Cluster' = 'Local'): World {
  const world = story(on, policy)
  world.probe(PORT, ALL_OK)
  world.pass(1000)
  world.probe(PORT, ALL_OK)
  return world
}

/** The pod is deleted, its place is taken on another node, all of it told in the order in which a cluster does. */
export function movePod(world: World, from: string, to: string, names = ['web-1', 'web-2']): void {
  const [oldName = '', newName = ''] = names
  const leaving = pod(oldName, from, { deletedAt: world.now })
  world.set(leaving)
  const coming = pod(newName, to, { ready: false, createdAt: world.now, phase: 'Pending' })
  world.set(coming, slice([leaving]))
  world.pass(300)
  world.set(slice([{ ...coming, phase: 'Running' }]))
  world.remove(leaving)
  world.pass(200)
  const ready = { ...coming, ready: true, phase: 'Running' as const }
  world.set(ready, slice([ready]))
}

export const causes = (world: World) =>
  world.changes('incident.opened', 'incident.updated').map((one) => one.incident.cause)
