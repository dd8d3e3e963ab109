import { expect, test } from '@jest/globals'
import { preflight } from '../../src/index.ts'
import { deployment, placement } from '../builders.ts'
import { world } from './world.ts'

const machine = { cpu: 2, memory: 4 * 2 ** 30 }

test.each([
  ['fits', { cpu: 2, memory: 2 ** 30 }, 1, []],
  ['asks for too many CPUs', { cpu: 2.5, memory: 0 }, 1, [/asks for 2.5 CPUs/]],
  ['asks for too much memory', { cpu: 0, memory: 6 * 2 ** 30 }, 1, [/asks for 6.0 GiB of memory/]],
  ['is not wanted', { cpu: 64, memory: 0 }, 0, []],
])('a pod that %s', (_, requests, replicas, expected) => {
  const workloads = [deployment({ replicas, template: placement({ requests }) })]
  const { warnings } = preflight(world({ machine, workloads }))
  expect(warnings.map(({ text }) => text)).toEqual(expected.map((one) => expect.stringMatching(one)))
})
