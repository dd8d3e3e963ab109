import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Import, importsBelow, PACKAGES } from './packages.ts'

/** Where a package's folders have an order: each imports only from those before it; the files beside them come last. */
const ORDERS: Record<string, readonly string[]> = {
  'packages/core/src': [
    'model',
    'cluster',
    'route',
    'probing',
    'remedies',
    'causes',
    'diagnosis',
    'incidents',
    'edge',
    'forecast',
    'history',
    '.',
  ],
  'packages/probes/src': ['protocols', 'exchange', 'echo', 'schedule', '.'],
}

const relative = (imports: Import[]) =>
  imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ file, specifier }) => ({ file, imported: join(dirname(file), specifier) }))

test.each(Object.entries(ORDERS))('the folders of %s import only from those before them', (root, order) => {
  const layerOf = (file: string) => {
    const [first = '', ...rest] = file.slice(root.length + 1).split('/')
    return order.indexOf(rest.length === 0 ? '.' : first)
  }
  const imports = relative(importsBelow(root))
  expect(imports.filter(({ file, imported }) => layerOf(file) < 0 || layerOf(imported) > layerOf(file))).toEqual([])
})

test.each(PACKAGES)('no file of $name imports itself by whatever way, be it for a type', ({ folder }) => {
  const graph = new Map<string, string[]>()
  for (const { file, imported } of relative(importsBelow(folder))) {
    graph.set(file, [...(graph.get(file) ?? []), imported])
  }
  expect(circlesIn(graph)).toEqual([])
})

/** One circle for each file that closes one, from itself to itself. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  function visit(file: string, way: readonly string[]): void {
    const begins = way.indexOf(file)
    if (begins >= 0) circles.push([...way.slice(begins), file])
    if (begins >= 0 || done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return circles
}

test('a circle is found', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['b']],
  ])
  expect(circlesIn(graph)).toEqual([['b', 'c', 'b']])
})
