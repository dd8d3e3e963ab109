import { readdirSync } from 'node:fs'
import { files, read } from './tree.ts'

export interface Package {
  name: string
  /** From the repository's root, as `packages/core`. */
  folder: string
  dependencies: string[]
  devDependencies: string[]
}

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  scripts?: Record<string, string>
}

export function manifest(folder: string): Manifest {
  return JSON.parse(read(`${folder === '' ? '' : `${folder}/`}package.json`)) as Manifest
}

export const PACKAGES: readonly Package[] = readdirSync('packages').map((entry) => {
  const folder = `packages/${entry}`
  const { name, dependencies = {}, devDependencies = {} } = manifest(folder)
  return { name, folder, dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) }
})

export interface Import {
  file: string
  specifier: string
}

const IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)'(?<specifier>[^'\n]+)'/gm

/** What the TypeScript files below a folder import, whether for a type or at run time. */
export function importsBelow(folder: string): Import[] {
  return files()
    .filter((file) => file.startsWith(`${folder}/`) && /\.tsx?$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(IMPORT)].map(({ groups }) => ({ file, specifier: groups?.['specifier'] ?? '' })),
    )
}

/** The package that a bare specifier names: `@scope/name/deep` is of `@scope/name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
