import { describe, expect, test } from '@jest/globals'
import { createEchoTrain } from '../../src/echo/echo-train.ts'

/** What is counted when these numbers come back in this order. */
function counted(...numbers: number[]) {
  const train = createEchoTrain()
  for (const number of numbers) train.take(train.datagrams[number] as Buffer)
  const { returned, duplicated, reordered } = train
  return { returned, duplicated, reordered }
}

describe('a train of datagrams', () => {
  test.each([
    ['none came back', [], { returned: 0, duplicated: 0, reordered: 0 }],
    ['all came back', [0, 1, 2, 3], { returned: 4, duplicated: 0, reordered: 0 }],
    ['one is missing', [0, 2, 3], { returned: 3, duplicated: 0, reordered: 0 }],
    ['one came twice', [0, 1, 1, 2, 3], { returned: 4, duplicated: 1, reordered: 0 }],
    ['one came twice, the second time late', [0, 1, 2, 3, 0], { returned: 4, duplicated: 1, reordered: 0 }],
    ['two changed places', [0, 2, 1, 3], { returned: 4, duplicated: 0, reordered: 1 }],
    ['the first came last', [1, 2, 3, 0], { returned: 4, duplicated: 0, reordered: 1 }],
  ])('%s', (_, numbers, expected) => expect(counted(...numbers)).toEqual(expected))

  test('knows its own from those of another, from others with its nonce and from noise', () => {
    const train = createEchoTrain()
    const [first = Buffer.alloc(0)] = train.datagrams
    const notIts = [
      createEchoTrain().datagrams[0] as Buffer,
      Buffer.concat([first, Buffer.of(0)]),
      Buffer.concat([first.subarray(0, -1), Buffer.of(200)]),
      Buffer.alloc(0),
    ]
    expect(notIts.map((datagram) => train.take(datagram))).toEqual([false, false, false, false])
    expect(train.returned).toBe(0)
  })
})
