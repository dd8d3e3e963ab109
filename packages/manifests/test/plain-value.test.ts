import { expect, test } from '@jest/globals'
import { manifestsOf } from './source-of.ts'

const keys = (count: number) => Array.from({ length: count }, (_, index) => `  k${index}: 1\n`).join('')
const merges = (count: number) => Array.from({ length: count }, (_, index) => `m${index}: {<<: *a}\n`).join('')
const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

test('merge keys are taken, as many as people write', () => {
  expect(manifestsOf(`${head}base: &a\n${keys(100)}${merges(100)}`).problems).toEqual([])
})

test('merge keys that copy very many keys are a fault of their file', () => {
  const { problems } = manifestsOf(`${head}base: &a\n${keys(1000)}${merges(1000)}`)
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('copy more than 100000 keys')])
})

test('merges of merges count as often as they are copied', () => {
  const chain = 'b: &b\n  <<: *a\nc: &c\n  <<: *b\n'
  const { problems } = manifestsOf(`${head}base: &a\n${keys(1000)}${chain}${merges(1000).replaceAll('*a', '*c')}`)
  expect(problems).toHaveLength(1)
})
