import { expect, test } from '@jest/globals'
import { createSelection, type PodGroup } from '../../src/cluster/pod-group.ts'
import { placement, service } from '../builders.ts'

function group(name: string, labels: Record<string, string>): PodGroup {
  const template = placement({ labels })
  return {
    kind: 'Deployment',
    namespace: 'default',
    name,
    replicas: 1,
    template,
    rollout: null,
    managedByHelm: false,
  }
}

test('thousands of Services with one selector look for their thousands of pods once', () => {
  const groups = [group('a', { app: 'web' }), group('b', { app: 'web' }), group('c', { app: 'other' })]
  const select = createSelection(groups)
  const first = select(service({ name: 'one', selector: { app: 'web' } }))
  expect(first.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(select(service({ name: 'two', selector: { app: 'web' } }))).toBe(first)
  expect(select(service({ name: 'two', selector: { app: 'other' } })).map(({ name }) => name)).toEqual(['c'])
  expect(select(service({ namespace: 'elsewhere', selector: { app: 'web' } }))).toEqual([])
})
