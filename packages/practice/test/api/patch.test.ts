import { expect, test } from '@jest/globals'
import { applyPatch } from '../../src/api/patch.ts'

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'

test.each([
  ['null removes a field', { a: 1, b: 2 }, { a: null }, MERGE, { b: 2 }],
  [
    'a merge patch replaces lists',
    { taints: [{ key: 'a' }] },
    { taints: [{ key: 'b' }] },
    MERGE,
    { taints: [{ key: 'b' }] },
  ],
  [
    'a strategic patch merges containers by their names',
    { containers: [{ name: 'app', image: 'old', command: ['serve'] }] },
    { containers: [{ name: 'app', image: 'new' }], '$setElementOrder/containers': [{ name: 'app' }] },
    STRATEGIC,
    { containers: [{ name: 'app', image: 'new', command: ['serve'] }] },
  ],
  [
    'a strategic patch deletes an element',
    { taints: [{ key: 'a' }, { key: 'b' }] },
    { taints: [{ $patch: 'delete', key: 'a' }] },
    STRATEGIC,
    { taints: [{ key: 'b' }] },
  ],
  ['a JSON patch adds to a list', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], JSON_PATCH, { a: [1, 2] }],
  ['a JSON patch removes under an escaped name', { 'a/b': 1 }, [{ op: 'remove', path: '/a~1b' }], JSON_PATCH, {}],
])('%s', (_, target, patch, mediaType, expected) => expect(applyPatch(target, patch, mediaType)).toEqual(expected))
