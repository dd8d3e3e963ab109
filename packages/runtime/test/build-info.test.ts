import { expect, test } from '@jest/globals'
import { buildInfo } from '../src/build-info.ts'

test('tells the version of Portolan and of Node', () => {
  expect(buildInfo).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), nodeVersion: process.versions.node })
})
