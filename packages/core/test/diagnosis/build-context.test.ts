import { expect, test } from '@jest/globals'
import { buildContext } from '../../src/diagnosis/build-context.ts'
import { deployment, service } from '../builders.ts'
import { createKnownWorld } from '../world.ts'

test('NodePorts that no host port leads to are looked for once, however many ports there are', () => {
  const ports = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [8000 + index, 31000 + index]))
  const { state, now } = createKnownWorld([deployment(), service()], ports)
  let reads = 0
  for (const container of state.inventory.containers) {
    const { bindings } = container
    Object.defineProperty(container, 'bindings', {
      get() {
        reads += 1
        return bindings
      },
    })
  }
  const found = [...state.ports.tracks.values()].map((track) => buildContext(state, track, now).unmapped)
  expect(found).toHaveLength(50)
  for (const unmapped of found) expect(unmapped).toMatchObject([{ nodePort: 30080 }])
  expect(reads).toBeLessThanOrEqual(state.inventory.containers.length)
})
