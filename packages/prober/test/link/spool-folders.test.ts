import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hostileNames } from '@portolan/testing'
import { createSpoolFolders, type SpoolFolders } from '../../src/link/spool-folders.ts'

let outer: string
let root: string
let folders: SpoolFolders

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'spools-'))
  root = join(outer, 'state', 'prober', 'spools')
  folders = createSpoolFolders(root)
  put(join(outer, 'documents', 'letter'))
})
afterEach(() => rmSync(outer, { recursive: true, force: true }))

function put(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'dear')
}

function keep(cluster: string, identity = 'this'): string {
  const file = join(folders.pathOf(cluster, identity), '000000000001.batch')
  put(file)
  return file
}

function expectOthersUntouched(): void {
  expect(readFileSync(join(outer, 'documents', 'letter'), 'utf8')).toBe('dear')
  expect(readdirSync(outer)).toEqual(['documents', 'state'])
  expect(readdirSync(join(outer, 'state'))).toEqual(['prober'])
  expect(readdirSync(join(outer, 'state', 'prober'))).toEqual(['spools'])
}

test('whatever a cluster is called, its folder is two hashes below the root, and nothing else is ever removed', () => {
  const step = fc.constantFrom('forget', 'forgetOthers', 'forgetAllBut', 'forgetAll')
  fc.assert(
    fc.property(hostileNames(fc), hostileNames(fc), step, (cluster, identity, what) => {
      const file = keep(cluster, identity)
      expect(file.slice(root.length)).toMatch(/^\/[0-9a-f]{16}\/[0-9a-f]{16}\/000000000001\.batch$/)
      if (what === 'forget') folders.forget(cluster)
      if (what === 'forgetOthers') folders.forgetOthers(cluster, `${identity}!`)
      if (what === 'forgetAllBut') folders.forgetAllBut([cluster])
      if (what === 'forgetAll') folders.forgetAllBut([])
      expect(existsSync(file)).toBe(what === 'forgetAllBut')
      expectOthersUntouched()
    }),
  )
})

describe('clusters that are gone', () => {
  test('lose what was kept for them, and the others nothing', () => {
    const [pond, lake, bay] = [keep('pond'), keep('lake'), keep('bay')]
    expect(folders.forgetAllBut(['lake'])).toBe(2)
    expect([pond, lake, bay].map((file) => existsSync(file))).toEqual([false, true, false])
  })
})

describe('what an earlier Portolan kept under the plain name', () => {
  test('is taken over for the cluster that has it', () => {
    const now = join(folders.pathOf('pond', 'this'))
    put(join(dirname(now).replace(/[0-9a-f]{16}$/, 'pond'), now.slice(-16), '000000000001.batch'))
    expect(folders.forgetAllBut(['pond', 'lake'])).toBe(0)
    expect(readdirSync(now)).toEqual(['000000000001.batch'])
    expect(readdirSync(root)).toHaveLength(1)
  })

  test('is removed, and counted, where no cluster has this name or newer batches wait', () => {
    keep('lake')
    for (const name of ['pond', 'lake', 'Not a name']) put(join(root, name, 'aaaa', '000000000001.batch'))
    expect(folders.forgetAllBut(['lake'])).toBe(3)
    expect(readdirSync(root)).toHaveLength(1)
  })

  test('is not what waits for another cluster, by whose hash a cluster is called', () => {
    const file = keep('pond')
    const hash = dirname(dirname(file)).slice(-16)
    expect(folders.forgetAllBut([hash, 'pond'])).toBe(0)
    expect(existsSync(file)).toBe(true)
  })
})

describe('a link to a folder elsewhere', () => {
  test('in place of a cluster is removed, and what it leads to stays', () => {
    const pond = dirname(folders.pathOf('pond', 'this'))
    mkdirSync(root, { recursive: true })
    symlinkSync(join(outer, 'documents'), pond)
    symlinkSync(join(outer, 'documents'), join(root, 'link'))
    expect(() => folders.forgetOthers('pond', 'this')).toThrow(/is a link that leads out of/)
    folders.forget('pond')
    expect(folders.forgetAllBut([])).toBe(1)
    expect(readdirSync(root)).toEqual([])
    expectOthersUntouched()
  })

  test('in place of the whole folder is the choice of its owner', () => {
    mkdirSync(join(outer, 'disk'))
    mkdirSync(dirname(root), { recursive: true })
    symlinkSync(join(outer, 'disk'), root)
    const file = keep('pond')
    folders.forget('pond')
    expect(existsSync(file)).toBe(false)
    expect(readdirSync(join(outer, 'disk'))).toEqual([])
  })
})
