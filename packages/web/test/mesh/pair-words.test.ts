import { expect, test } from '@jest/globals'
import type { PairDocument } from '../../page/documents.ts'
import { createMatrix } from '../../page/mesh/matrix.ts'
import { tellPair } from '../../page/mesh/pair-words.ts'
import { moment } from '../../page/time.ts'
import { mesh } from './meshes.ts'

const AT = Date.parse('2026-01-01T00:00:00.000Z')
const when = moment(AT, AT)

test.each<[string, Partial<PairDocument>, string[], string]>([
  ['whole', {}, [], `0.4 ms there and back, none lost, at ${when}`],
  ['slow', { duration: 0.0123 }, [], `12 ms there and back, none lost, at ${when}`],
  ['broken', { symptom: 'silent', answered: 0.3 }, [], `no datagram comes back, at ${when}; 3 of the last 10 answered`],
  [
    'odd',
    { lost: 1, keptLost: 2, duplicated: 1, reordered: 3, answered: 0.9 },
    [],
    `0.4 ms there and back, 1 of 8 lost, 2 lost in the old flow, 1 doubled, 3 out of order, at ${when}; 9 of the last 10 answered`,
  ],
  ['not heard', {}, ['a'], `unknown: its agent does not report; last probe at ${when}`],
  ['not to be looked at', { symptom: 'local_error' }, [], `the prober could not probe, at ${when}`],
])('%s', (_, told, silent, words) => {
  const cell = createMatrix(mesh(['a', 'b'], { silent, pair: () => told })).cells[0]?.[1]
  expect(cell == null ? null : tellPair(cell, AT)).toBe(words)
})
