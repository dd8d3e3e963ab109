import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

export const PAGE_SOURCES = join(import.meta.dirname, '../page')

export interface BuiltPage {
  /** The text of each file by its name. */
  files: Record<string, string>
  /** The paths of all that was bundled. */
  inputs: string[]
}

/**
 * Bundles the page.
 *
 * @param sources the folder of its sources
 */
export async function buildPage(sources: string): Promise<BuiltPage> {
  const { build, stop } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: '/',
    entryPoints: [
      { in: join(sources, 'main.tsx'), out: 'page' },
      { in: join(sources, 'style/page.css'), out: 'page' },
    ],
    outdir: '/',
    write: false,
    metafile: true,
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
  const bundled = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs))
  return { files, inputs: bundled.map((path) => join('/', path)) }
}
