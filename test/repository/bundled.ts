import { readFileSync } from 'node:fs'

/** The packages of others in files that esbuild wrote: it names the file that each stretch comes from. */
export function packagesIn(files: Iterable<string>): string[] {
  const names = [...files].flatMap((file) =>
    readFileSync(file, 'utf8')
      .matchAll(/^ *\/\/ .*node_modules\/(?<name>(?:@[^/\n]+\/)?[^/\n]+)\//gm)
      .map(({ groups }) => groups?.['name'] ?? '')
      .toArray(),
  )
  return [...new Set(names)].sort()
}
