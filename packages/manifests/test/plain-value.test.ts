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

test('kubectl lets a later merge replace what stands before it, and the last of two merges count', () => {
  const selectorOf = (lines: string) => {
    const base = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nbase: [&a {app: a, tier: a}, &b {app: b}]\n'
    return manifestsOf(`${base}spec:\n  selector:\n${lines}`).services[0]?.selector
  }
  expect(selectorOf('    app: own\n    <<: *a\n')).toEqual({ app: 'a', tier: 'a' })
  expect(selectorOf('    <<: *a\n    app: own\n')).toEqual({ app: 'own', tier: 'a' })
  expect(selectorOf('    <<: *a\n    <<: *b\n')).toEqual({ app: 'b', tier: 'a' })
  expect(selectorOf('    app: own\n    <<: [*b, *a]\n')).toEqual({ app: 'b', tier: 'a' })
})
