import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { buildPage, PAGE_SOURCES } from '@portolan/web'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { straightImports } from './build/straight-imports.ts'

const ROOT = import.meta.dirname

/** Node has no `require` in modules, which packages in CommonJS ask for. esbuild itself declares the name `__require`. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

/** Lines and names stay as they are, so that a stack trace can be read without the maps too. */
const PROGRAM: BuildOptions = {
  absWorkingDir: ROOT,
  outdir: 'dist', // what the maps are relative to, wherever it is written
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node26',
  outExtension: { '.js': '.mjs' },
  banner: { js: REQUIRE },
  plugins: [straightImports(ROOT)],
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
}

/** What a file imports when it runs stays a file of its own beside it. */
const BESIDE: Plugin = {
  name: 'beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.mjs'), external: true } : null,
    )
  },
}

/** Writes all that is shipped, which needs nothing but Node beside it. The same sources give the same bytes. */
async function buildAll(folder: string): Promise<void> {
  await writeAll(join(folder, 'page'), await buildPage(PAGE_SOURCES)) // first: it stops the process of esbuild
  await cp(join(ROOT, 'deploy/chart'), join(folder, 'chart'), { recursive: true })
  await buildCommandLine(folder)
  await buildAgent(folder)
  await chmod(join(folder, 'portolan.mjs'), 0o755)
}

/** One small file that starts, and parts of which a command loads those that it needs. */
async function buildCommandLine(folder: string): Promise<void> {
  const plugins = [...(PROGRAM.plugins ?? []), BESIDE]
  await bundle(folder, { entryPoints: { portolan: 'packages/cli/src/main.ts' }, plugins })
  await bundle(folder, {
    entryPoints: {
      run: 'packages/cli/src/run.ts',
      'store-thread': 'packages/collector/src/archive/store-thread.ts',
      'dropper-worker': 'packages/practice/src/network/dropper-worker.ts',
    },
    splitting: true,
    chunkNames: 'part-[hash]',
    external: ['esbuild'], // builds the page where there are sources
  })
}

/** Alone and in one piece: there is one on each node, and it is to be small. */
function buildAgent(folder: string): Promise<void> {
  return bundle(folder, { entryPoints: { agent: 'packages/agent/src/main.ts' } })
}

async function bundle(folder: string, options: BuildOptions): Promise<void> {
  const { outputFiles = [] } = await build({ ...PROGRAM, ...options })
  await writeAll(folder, Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents])))
}

async function writeAll(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true })
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
}

const dist = join(ROOT, 'dist')
const folder = resolve(process.argv[2] ?? dist)
if (folder === dist) await rm(dist, { recursive: true, force: true })
await buildAll(folder)
