import { expect, test } from '@jest/globals'
import { firstFileIn } from '../src/tar.ts'
import { archiveOf } from './builders.ts'

test('a file comes out as it went in, after what only describes it', () => {
  expect(firstFileIn(Buffer.concat([archiveOf('x'.repeat(700), 'x'), archiveOf('ports: {}')]))).toBe('ports: {}')
})

test.each([
  ['breaks off', archiveOf('ports: {}').subarray(0, 514)],
  ['holds a folder alone', archiveOf('', '5')],
  ['states no size', Buffer.alloc(1024, 'z')],
  ['is empty', Buffer.alloc(0)],
])('an archive that %s holds no file', (_, archive) => expect(firstFileIn(archive)).toBeNull())
