import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface BundledPackage {
  name: string
  version: string
  license: string
  /** Of its licence files. */
  texts: string[]
}

/**
 * The packages of others that files come from, by name.
 *
 * @throws Error where a package names no licence
 */
export async function bundledPackages(files: readonly string[]): Promise<BundledPackage[]> {
  const folders = files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [])
  const packages = await Promise.all([...new Set(folders)].map(readPackage))
  const byId = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]))
  return [...byId.keys()].sort().flatMap((id) => byId.get(id) ?? [])
}

export function licencesText(packages: readonly BundledPackage[]): string {
  return packages
    .map(({ name, version, license, texts }) => [`${name} ${version}, ${license}`, ...texts, ''].join('\n\n'))
    .join(`\n${'-'.repeat(80)}\n\n`)
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Partial<BundledPackage>
  const { name = folder, version = '', license } = manifest
  if (license === undefined) throw new Error(`${name} ${version} names no licence`)
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return { name, version, license, texts: texts.map((text) => text.replaceAll('\r\n', '\n').trim()) }
}
