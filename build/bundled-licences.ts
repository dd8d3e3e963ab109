import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Manifest {
  name: string
  version: string
  license?: string
}

/**
 * The licence texts of the packages that files come from, in one text.
 *
 * @throws Error where a package names no licence
 */
export async function bundledLicences(files: readonly string[]): Promise<string> {
  const folders = files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [])
  const texts = await Promise.all([...new Set(folders)].map(licenceOf))
  return [...new Set(texts)].sort().join(`\n${'-'.repeat(80)}\n\n`)
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  if (license === undefined) throw new Error(`${name} ${version} names no licence`)
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return [`${name} ${version}, ${license}`, ...texts.map((text) => text.replaceAll('\r\n', '\n').trim()), ''].join(
    '\n\n',
  )
}
