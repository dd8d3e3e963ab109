import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deployment, pod, replicaSet, service, slice } from '../builders.ts'
import { PORT } from '../story.ts'
import { createKnownWorld, DROPPED } from '../world.ts'

/** Its name says nothing of what is spoken there. */
const WEB = service({
  ports: [{ name: 'web', port: 80, targetPort: '8080', nodePort: 30080, protocol: 'TCP', appProtocol: '' }],
})
const behind = (one: ReturnType<typeof pod>) => slice([one], { ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] })

test('a port that is down is not unknown while its pod moves, where all is silent and nothing ever answered', () => {
  const silent = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'probe'), { maxLength: 20 }), (steps) => {
      let current = pod('web-1', 'b')
      const world = createKnownWorld([deployment(), replicaSet(), WEB, current, behind(current)])
      world.probe(PORT, DROPPED)
      for (const [n, to] of ['c', ...steps].entries()) {
        world.pass(50)
        if (to === 'probe') {
          world.probe(PORT, silent)
          continue
        }
        const leaving = { ...current, deletedAt: world.now }
        current = pod(`web-${n + 2}`, to)
        world.set(leaving, behind(leaving))
        world.pass(50)
        world.set(current)
        world.remove(leaving)
        world.set(behind(current))
      }
      expect(world.changes('target.state').map(({ state }) => state)).toEqual(['down'])
    }),
  )
})
