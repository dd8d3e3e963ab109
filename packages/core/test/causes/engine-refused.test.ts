import { expect, test } from '@jest/globals'
import { type Cause, type NodeContainer, type Symptom } from '../../src/index.ts'
import { container, mapped, node, START } from '../builders.ts'
import { REJECTED, STOPPED, type World } from '../world.ts'
import { answered, PORT, scene, see, verdictOf } from '../diagnosis/scene.ts'

const ports = { 30080: 30080 }
const wished = mapped('a', ports).wished
const started = (error: string): Partial<NodeContainer> => ({
  state: 'exited',
  bindings: [],
  addresses: [],
  wished,
  error,
})
const LOST: Partial<NodeContainer> = { bindings: [], wished }

function withMapped(more: Partial<NodeContainer>): World {
  const world = answered(scene({ on: 'a' }))
  world.pass(1000)
  world.containers(container('cp'), mapped('a', ports, more), container('b'), container('c'))
  return world
}

const REFUSED = { loopback4: 'refused', lan: 'refused' } as const satisfies Record<string, Symptom>

test.each<[string, World, Cause, string]>([
  [
    'Docker: another container has the port',
    see(
      withMapped(
        started(
          'driver failed programming external connectivity: Bind for 0.0.0.0:30080 failed: port is already allocated',
        ),
      ),
      REFUSED,
    ),
    'port_taken',
    'proven',
  ],
  [
    'Docker: a process has it',
    see(
      withMapped(started('failed to bind host port for 0.0.0.0:30080:172.18.0.2:30080/tcp: address already in use')),
      REFUSED,
    ),
    'port_taken',
    'proven',
  ],
  [
    'rootless: a low port, this one',
    see(withMapped(started('error while calling PortManager.AddPort(): cannot expose privileged port 30080')), REFUSED),
    'port_forbidden',
    'proven',
  ],
  [
    'Windows: a reserved range',
    see(
      withMapped(
        started(
          'listen tcp 0.0.0.0:30080: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
        ),
      ),
      REFUSED,
    ),
    'port_forbidden',
    'proven',
  ],
  [
    'somebody takes connections where the engine holds no binding',
    see(withMapped(LOST), { loopback4: 'closed', lan: 'closed' }),
    'port_taken',
    'likely',
  ],
  ['nobody does: the binding is lost', see(withMapped(LOST), REFUSED), 'bindings_lost', 'proven'],
  [
    'it did not come back when the node was started again',
    see(restarted({ bindings: [], wished }), REFUSED),
    'bindings_lost',
    'proven',
  ],
  [
    'another port of the node is taken: the node is down',
    see(withMapped(started('Bind for 0.0.0.0:8000 failed: port is already allocated')), STOPPED),
    'node_down',
    'proven',
  ],
  [
    'the same number is only the port inside the container',
    see(
      withMapped(started('failed to bind host port for 0.0.0.0:8000:172.18.0.2:30080/tcp: address already in use')),
      STOPPED,
    ),
    'node_down',
    'proven',
  ],
])('%s', (_, world, cause, confidence) => {
  expect(verdictOf(world)).toMatchObject({ cause, confidence })
})

test.each<[string, World, Cause]>([
  [
    'a node that is not ready, under an address that the cluster does not know',
    moved({ addresses: ['172.18.0.9'] }, 'False'),
    'node_address_moved',
  ],
  [
    'two nodes that swapped their addresses',
    moved({ addresses: ['172.18.0.9'] }, 'True', ['172.18.0.2']),
    'node_address_moved',
  ],
  [
    'a node that is well under an address of its own choice is not blamed',
    moved({ addresses: ['172.18.0.9'] }, 'True'),
    'app_loopback',
  ],
  ['nor one that is not ready at its address', moved({}, 'False'), 'app_loopback'],
])('%s', (_, world, cause) => {
  expect(verdictOf(world)?.cause).toBe(cause)
  if (cause === 'node_address_moved') expect(verdictOf(world)?.confidence).toBe('likely')
})

test('a node that has just started under another address may only be on its way up', () => {
  const world = restarted({ addresses: ['172.18.0.9'] })
  world.set(node('a', { ready: { status: 'False', reason: '', message: '', since: START } }))
  expect(verdictOf(see(world, REJECTED))).toEqual({
    cause: 'node_down',
    confidence: 'ambiguous',
    candidates: ['node_address_moved'],
  })
  world.pass(60_000)
  expect(verdictOf(see(world, REJECTED))?.cause).toBe('node_address_moved')
})

test('a node that comes back without its binding is no rollout gap: nothing leads to its pods', () => {
  const world = see(withMapped(started('')), STOPPED)
  world.pass(200)
  world.probe(PORT, { loopback4: 'closed', lan: 'closed' })
  world.pass(200)
  world.containers(
    container('cp'),
    mapped('a', ports, { ...LOST, startedAt: world.now }),
    container('b'),
    container('c'),
  )
  world.pass(100)
  world.probe(PORT, { 'node-address': 'refused' })
  expect(verdictOf(world)).toEqual({
    cause: 'unproven',
    confidence: 'unproven',
    candidates: ['bindings_lost', 'port_taken'],
  })
  world.pass(200)
  world.probe(PORT, { loopback4: 'closed', lan: 'closed' })
  // The engine may hold it again, and say so in a moment.
  expect(verdictOf(world)?.cause ?? 'unproven').toBe('unproven')
  world.pass(1000)
  world.probe(PORT, { loopback4: 'closed', lan: 'closed' })
  expect(verdictOf(world)?.cause).toBe('port_taken')
})

/** The node of the port is stopped, and started again. */
function restarted(more: Partial<NodeContainer>): World {
  const world = answered(scene({ on: 'a' }))
  const others = [container('b'), container('c')]
  world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
  world.containers(
    container('cp'),
    mapped('a', ports, { state: 'exited', addresses: [], bindings: [], wished }),
    ...others,
  )
  world.pass(3000)
  world.containers(container('cp'), mapped('a', ports, { startedAt: world.now, ...more }), ...others)
  world.pass(6000)
  return world
}

function moved(more: Partial<NodeContainer>, ready: 'True' | 'False', ofB?: string[]): World {
  const world = scene({ on: 'a' })
  world.containers(
    container('cp'),
    mapped('a', ports, more),
    container('b', ofB ? { addresses: ofB } : {}),
    container('c'),
  )
  world.set(node('a', { ready: { status: ready, reason: '', message: '', since: START } }))
  world.pass(6000)
  return see(world, REJECTED)
}
