import { expect, test } from '@jest/globals'
import { headlineOf, triggerOf } from '../../page/answer/headline.ts'
import { rowsOf } from '../../page/now/port-rows.ts'
import { incident } from '../incidents.ts'
import { target } from '../targets.ts'

const NOW = Date.parse('2026-01-01T00:01:00Z')

test.each([
  ['down', '1 default/web does not answer'],
  ['up', '1 default/web answers'],
  ['flapping', '1 default/web is flapping: it alternates between up and dark'],
] as const)('%s is said in a sentence', (state, text) => {
  const [row] = rowsOf([target(1, { state })])
  expect(row === undefined ? '' : headlineOf(row)).toBe(text)
})

test('where several clusters are watched the sentence names the cluster', () => {
  const rows = rowsOf([target(1, { cluster: 'sea' }), target(1, { cluster: 'lake' })])
  expect(rows.map(headlineOf)).toEqual(['lake/1 default/web answers', 'sea/1 default/web answers'])
})

test('a change is told with what followed, as a sentence', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const told = triggerOf(
    incident({ trigger: { at, text: 'pod a began to terminate' }, later: [{ at, text: 'it moved to b' }] }),
    NOW,
  )
  expect(told.text).toBe('Pod a began to terminate')
  expect(told.after).toMatch(/^ \(\d\d:\d\d:00\.000( [AP]M)?\); then it moved to b\.$/)
})

test('where no change was seen the beginning is told, and of what was dark before us, that it was', () => {
  expect(triggerOf(incident(), NOW).text).toMatch(/^It went dark at /)
  expect(triggerOf(incident({ foundDarkAt: '2026-01-01T00:00:00.000Z' }), NOW).text).toMatch(
    /^It was dark already when watching began at /,
  )
})
