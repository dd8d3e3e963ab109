import { expect, test } from '@jest/globals'
import { boxesOf, type Hop } from '../../page/answer/boxes.ts'

const hop = (name: Hop['name'], state: Hop['state']) => ({ name, state, text: name, at: null }) as Hop

test('hops in one place are one box, as bad as the worst of them', () => {
  const hops = [
    hop('client', 'green'),
    hop('host port', 'green'),
    hop('engine', 'green'),
    hop('node', 'not seen'),
    hop('kube-proxy', 'red'),
    hop('endpoint', 'green'),
    hop('pod', 'not seen'),
    hop('application', 'not seen'),
  ]
  expect(boxesOf(hops).map(({ place, state, hops: { length } }) => [place, state, length])).toEqual([
    ['This machine', 'green', 2],
    ['Node', 'green', 2],
    ['Service', 'red', 2],
    ['Pods', 'not seen', 2],
  ])
})
