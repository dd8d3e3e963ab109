import { expect, test } from '@jest/globals'
import { newlyDark } from '../../page/parts/newly-dark.ts'
import { target } from '../targets.ts'

const [up, dark] = [target(1), target(1, { state: 'down' })]

test.each([
  ['one that answered before', [up], [dark], ['1 default/web']],
  ['none that was dark before', [dark], [dark], []],
  ['none that was dark when it was found', [], [dark], []],
  ['none at the first look', null, [dark], []],
  ['none that is silenced', [up], [{ ...dark, silenced: true }], []],
])('newly dark is %s', (_, before, now, names) => expect(newlyDark(before, now)).toEqual(names))
