import { describe, expect, test } from '@jest/globals'
import type { ObjectSnapshot } from '@portolan/core'
import { differences, toObjects } from '../src/differences.ts'
import { trimReplicaSet } from '../src/trim/workload.ts'

function set(name: string, resourceVersion = '1', uid = name): ObjectSnapshot {
  return trimReplicaSet({ metadata: { namespace: 'shop', name, uid, resourceVersion } })
}

const [a, b] = [set('a'), set('b')]

describe('what the watch missed', () => {
  test.each([
    ['nothing', [a, b], [a, b], []],
    ['nothing, though the list holds copies', [a], [set('a')], []],
    ['an object', [a], [a, b], ['set b']],
    ['a deletion', [a, b], [a], ['deleted b']],
    ['a change', [a], [set('a', '2')], ['set a']],
    ['that another object took the name', [a], [set('a', '1', 'other')], ['set a']],
  ])('%s', (_, known, listed, told) => {
    const then = toObjects(known)
    expect(tell(differences(then, toObjects(listed), new Map(then)))).toEqual(told)
  })

  test('is not what it has spoken of since', () => {
    const then = toObjects([a, b])
    const now = toObjects([set('a', '3')])
    expect(differences(then, toObjects([set('a', '2'), set('b', '2')]), now)).toEqual([])
  })
})

function tell(missed: ReturnType<typeof differences>): string[] {
  return missed.map(({ change, object }) => `${change} ${object.name}`)
}
