import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, test } from '@jest/globals'
import { hostileNames, temporaryFolder } from '@portolan/testing'
import fc from 'fast-check'
import { belowRoot } from '../../src/mcp/below-root.ts'

const inFolder = temporaryFolder()
let root = ''

beforeEach(() => {
  mkdirSync(inFolder('root/kind'), { recursive: true })
  mkdirSync(inFolder('root-of-others'))
  writeFileSync(inFolder('root/kind/kind.yaml'), '')
  writeFileSync(inFolder('root/-'), '')
  writeFileSync(inFolder('secret'), '')
  symlinkSync(inFolder('secret'), inFolder('root/leads-out'))
  symlinkSync(inFolder('root/kind'), inFolder('root/leads-in'))
  root = realpathSync(inFolder('root'))
})

test.each([
  ['a file', 'kind/kind.yaml', './kind/kind.yaml'],
  ['a folder', 'kind/', './kind'],
  ['the root', '.', './'],
  ['a link that stays inside, by its real path', 'leads-in/kind.yaml', './kind/kind.yaml'],
  ['a file that is called as standard input is', '-', './-'],
])('%s is read', (_, given, seen) => expect(belowRoot(root, given)).toBe(seen))

test.each([
  ['a folder above', '..'],
  ['a file beside the root', '../secret'],
  ['a folder whose name begins as the root does', '../root-of-others'],
  ['a link that leads out', 'leads-out'],
  ['a path of the machine', '/etc/passwd'],
  ['what is not there', 'kind/none.yaml'],
  ['a name that no file has', 'a\0b'],
])('%s is refused', (_, given) => expect(() => belowRoot(root, given)).toThrow(/below the root of this server/))

test('no name leads out', () => {
  fc.assert(
    fc.property(hostileNames(fc), (name) => {
      let seen = './'
      try {
        seen = belowRoot(root, name)
      } catch (error) {
        expect(String(error)).toMatch(/below the root of this server/)
      }
      expect(seen).toMatch(/^\.\/(?!\.\.)/)
    }),
  )
})
