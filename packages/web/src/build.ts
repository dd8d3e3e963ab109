import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

export const PAGE_SOURCES = join(import.meta.dirname, '../page')

/**
 * Bundles the page.
 *
 * @param sources the folder of its sources
 * @returns the text of each file by its name
 */
export async function buildPage(sources: string): Promise<Record<string, string>> {
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(sources, 'main.tsx'), out: 'page' },
      { in: join(sources, 'style/page.css'), out: 'page' },
    ],
    outdir: '/',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  })
  await stop() // it would stay as a process of its own
  const files = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]))
  for (const name of ['index.html', 'icon.svg']) files[name] = await readFile(join(sources, name), 'utf8')
  return files
}
