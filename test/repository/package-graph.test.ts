import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { importsBelow, manifest, PACKAGES, packageOf } from './packages.ts'
import { read } from './tree.ts'

/**
 * Who may use whom: a package imports from columns before its own. `web` is the page that the collector serves; it
 * knows no program.
 */
const COLUMNS = [
  ['@portolan/base', '@portolan/certificates', '@portolan/postgres', '@portolan/testing'],
  ['@portolan/core'],
  [
    '@portolan/wire',
    '@portolan/runtime',
    '@portolan/probes',
    '@portolan/uplink',
    '@portolan/kube',
    '@portolan/engine',
    '@portolan/manifests',
  ],
  ['@portolan/web'],
  ['@portolan/agent', '@portolan/prober', '@portolan/collector', '@portolan/practice', '@portolan/action'],
  ['portolan', '@portolan/simulation'],
]

const columnOf = (name: string) => COLUMNS.findIndex((names) => names.includes(name))
const isOurs = (name: string) => PACKAGES.some((one) => one.name === name)
const isBare = (specifier: string) => !specifier.startsWith('.') && !specifier.startsWith('node:')
const SHARED_BY_TESTS = Object.keys(manifest('').devDependencies ?? {}).filter((name) => !isOurs(name))

describe.each(PACKAGES)('$name', ({ name, folder, dependencies, devDependencies }) => {
  const imports = importsBelow(folder)
  const fromTests = imports.filter(({ file }) => file.startsWith(`${folder}/test/`))
  const fromSource = imports.filter((one) => !fromTests.includes(one))

  test('has a column in the package graph', () => expect(columnOf(name)).toBeGreaterThanOrEqual(0))

  test('depends on packages of earlier columns only', () => {
    expect(dependencies.filter((one) => isOurs(one) && columnOf(one) >= columnOf(name))).toEqual([])
  })

  test('ships nothing that is for tests', () => expect(dependencies).not.toContain('@portolan/testing'))

  test('declares what its source imports, and imports packages by their name alone', () => {
    const undeclared = fromSource.filter(
      ({ specifier }) =>
        isBare(specifier) &&
        (!dependencies.includes(packageOf(specifier)) ||
          (isOurs(packageOf(specifier)) && specifier !== packageOf(specifier))),
    )
    expect(undeclared).toEqual([])
  })

  test('declares what its tests import', () => {
    const declared = [name, ...dependencies, ...devDependencies, ...SHARED_BY_TESTS]
    const undeclared = fromTests.filter(
      ({ specifier }) => isBare(specifier) && !declared.includes(packageOf(specifier)),
    )
    expect(undeclared).toEqual([])
  })

  test('imports nothing that it does not own by a relative path', () => {
    const leaving = imports.filter(
      ({ file, specifier }) => specifier.startsWith('.') && !join(dirname(file), specifier).startsWith(`${folder}/`),
    )
    expect(leaving).toEqual([])
  })

  test('names what it exports, one by one', () => {
    const files = [...new Set(fromSource.map(({ file }) => file))]
    expect(files.filter((file) => /^export (type )?\*/m.test(read(file)))).toEqual([])
  })

  test('its source imports no test, and names files with their ending', () => {
    const relative = fromSource.filter(({ specifier }) => specifier.startsWith('.'))
    expect(relative.filter(({ file, specifier }) => join(dirname(file), specifier).includes('/test/'))).toEqual([])
    expect(relative.filter(({ specifier }) => !/\.(ts|tsx|css|json)$/.test(specifier))).toEqual([])
  })

  test('uses each package that it declares', () => {
    const used = new Set(imports.map(({ specifier }) => packageOf(specifier)))
    const told = importedByName(folder)
    expect([...dependencies, ...devDependencies].filter((one) => !used.has(one) && !told.has(one))).toEqual([])
  })

  test('pins each version', () => {
    const { dependencies: own = {}, devDependencies: dev = {} } = manifest(folder)
    const loose = Object.entries({ ...own, ...dev }).filter(
      ([one, version]) => version !== (isOurs(one) ? 'workspace:*' : version.replace(/[^\d.]/g, '')),
    )
    expect(loose).toEqual([])
  })
})

/** Packages that a file names without importing them, as the JSX runtime of the compiler's options. */
function importedByName(folder: string): Set<string> {
  const { name } = manifest(folder)
  if (name !== '@portolan/web') return new Set()
  const source = /"jsxImportSource":\s*"(?<source>[^"]+)"/.exec(read(`${folder}/tsconfig.json`))?.groups?.['source']
  return new Set(source === undefined ? [] : [source])
}

test('no package needs itself, by whatever way', () => {
  const reached = new Map(PACKAGES.map(({ name, dependencies }) => [name, new Set(dependencies.filter(isOurs))]))
  for (const via of reached.keys()) {
    for (const names of reached.values()) {
      if (names.has(via)) for (const next of reached.get(via) ?? []) names.add(next)
    }
  }
  expect([...reached].filter(([name, names]) => names.has(name))).toEqual([])
})

test('tests, benchmarks, documents and writers of the repository import what it declares', () => {
  const declared = Object.keys(manifest('').devDependencies ?? {})
  const undeclared = ['build', 'test', 'bench', 'docs', 'deploy']
    .flatMap(importsBelow)
    .filter(({ specifier }) => isBare(specifier) && !declared.includes(packageOf(specifier)))
  expect(undeclared).toEqual([])
})
