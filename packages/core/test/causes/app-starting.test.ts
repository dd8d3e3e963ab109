import { expect, test } from '@jest/globals'
import { openIncidents } from '../../src/index.ts'
import { placement, pod, slice } from '../builders.ts'
import { answered, scene, see, verdictOf } from '../diagnosis/scene.ts'
import { REJECTED, type World } from '../world.ts'

const REFUSES = { inside: { 'pod:default/web-2:8080@api/port-forward': 'refused' } } as const

/** The pod was just replaced by one that counts as ready at once. */
function replaced(world: World): World {
  world.state.settings.asksPods = true
  const fresh = pod('web-2', 'b', { readySince: world.now, createdAt: world.now, placement: placement() })
  world.set(fresh, slice([fresh]))
  world.remove(pod('web-1', 'b'))
  return world
}

test('a new pod that counts as ready and refuses, where those of before answered: it starts', () => {
  const world = replaced(answered(scene({ on: 'b' })))
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toEqual({ cause: 'app_starting', confidence: 'likely', candidates: [] })
  expect(openIncidents(world.state)[0]?.evidence[0]?.text).toMatch(/^Pod default\/web-2: counts as ready since \d+ s$/)
})

test('where the port never answered it may as well be another port', () => {
  const world = replaced(scene({ on: 'b' }))
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toEqual({
    cause: 'app_starting',
    confidence: 'ambiguous',
    candidates: ['target_port_wrong'],
  })
})

test('after a minute it is not starting any more', () => {
  const world = replaced(answered(scene({ on: 'b' })))
  for (let n = 0; n < 18; n++) see(world, REJECTED, REFUSES)
  expect(verdictOf(world)?.cause).not.toBe('app_starting')
})
