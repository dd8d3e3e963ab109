import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { importsBelow, PACKAGES } from './packages.ts'

/** Where a package has folders with an order: a file imports from its own folder and from those before it. */
const ORDERS: Record<string, readonly string[]> = {
  'packages/probes/src': ['protocols', 'exchange', 'echo', 'schedule'],
}

/** What the files of a package's source import of each other, types included. */
function edgesOf(folder: string): { file: string; imported: string }[] {
  return ['src', 'page']
    .flatMap((part) => importsBelow(`${folder}/${part}`))
    .filter(({ specifier }) => /^\.[^']*\.tsx?$/.test(specifier))
    .map(({ file, specifier }) => ({ file, imported: join(dirname(file), specifier) }))
}

/** The files that reach themselves by what they import. */
function circlesIn(edges: { file: string; imported: string }[]): string[] {
  const imports = Map.groupBy(edges, ({ file }) => file)
  const reaches = (from: string): Set<string> => {
    const reached = new Set<string>()
    const open = [from]
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      for (const { imported } of imports.get(file) ?? []) {
        if (!reached.has(imported)) open.push(imported)
        reached.add(imported)
      }
    }
    return reached
  }
  return [...imports.keys()].filter((file) => reaches(file).has(file))
}

describe.each(Object.entries(ORDERS))('%s', (root, order) => {
  const folderOf = (file: string) => /^(?<folder>[^/]+)\//.exec(file.slice(root.length + 1))?.groups?.['folder']
  const placeOf = (file: string) => order.indexOf(folderOf(file) ?? '')
  const inFolders = edgesOf(dirname(root)).filter(({ file }) => folderOf(file) !== undefined)

  test('has these folders and no others', () => {
    expect(new Set(inFolders.map(({ file }) => folderOf(file)))).toEqual(new Set(order))
  })

  test('imports no file of a later folder, and none beside the folders', () => {
    const isBefore = (imported: string, file: string) => placeOf(imported) >= 0 && placeOf(imported) <= placeOf(file)
    expect(inFolders.filter(({ file, imported }) => !isBefore(imported, file))).toEqual([])
  })
})

describe('no file imports itself by way of others, not even for a type', () => {
  // The folders of core are not in order yet.
  test.each(PACKAGES.map(({ folder }) => folder).filter((folder) => folder !== 'packages/core'))('in %s', (folder) => {
    expect(circlesIn(edgesOf(folder))).toEqual([])
  })

  test('and a circle would be found', () => {
    const edges = [
      { file: 'a.ts', imported: 'b.ts' },
      { file: 'b.ts', imported: 'c.ts' },
      { file: 'c.ts', imported: 'b.ts' },
    ]
    expect(circlesIn(edges)).toEqual(['b.ts', 'c.ts'])
  })
})
