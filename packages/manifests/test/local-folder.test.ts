import { expect, test } from '@jest/globals'
import { localFolder } from '../src/index.ts'

test.each([
  ['charts/web', 'charts/web'],
  ['.', '.'],
  ['../web', '../web'],
  ['/srv/web', '/srv/web'],
  ['-x', './-x'],
  ['git@host:x/y', './git@host:x/y'],
  ['github.com/x/y', './github.com/x/y'],
  ['https:/x', './https:/x'],
  ['a?ref=b', './a?ref=b'],
])('a folder %s is given to helm and kubectl as %s', (folder, expected) => {
  expect(localFolder(folder)).toBe(expected)
})
