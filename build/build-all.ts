import { chmod, cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buildInfo } from '@portolan/runtime'
import { buildPage, PAGE_SOURCES } from '@portolan/web'
import { build, type BuildOptions, type Plugin, transform } from 'esbuild'
import { bundledPackages, licencesText } from './bundled-packages.ts'
import { releaseRepository } from './release-address.ts'
import { leanImports } from './lean-imports.ts'
import { npmComponent, sbomText } from './sbom.ts'
import { straightImports } from './straight-imports.ts'
import { writeChart } from './write-chart.ts'

const ROOT = join(import.meta.dirname, '..')

/** Node has no `require` in modules, which packages in CommonJS ask for. esbuild itself declares the name `__require`. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

/** What packages of others ask for and we have no use of: Node need not load what that takes. */
const UNUSED: readonly { importer: string; filter: RegExp; contents: string }[] = [
  // commander can start other programs, which it never does here.
  { importer: '/node_modules/commander/', filter: /^node:child_process$/, contents: 'export default {}' },
  // The client of Kubernetes has a class for each kind of object, for calls that we make ourselves.
  {
    importer: '/client-node/dist/config.js',
    filter: /^\.\/gen\/index\.js$/,
    contents: 'export const createConfiguration = undefined, ServerConfiguration = undefined',
  },
]

const WITHOUT_UNUSED: Plugin = {
  name: 'without-unused',
  setup({ onResolve, onLoad, resolve }) {
    for (const { importer, filter, contents } of UNUSED) {
      onResolve({ filter }, (asked) =>
        asked.importer.includes(importer) ? { path: asked.path, namespace: 'unused', pluginData: contents } : null,
      )
    }
    onLoad({ filter: /./, namespace: 'unused' }, ({ pluginData: contents }) => ({ contents }))
    // Of that client only what reads kubeconfigs is used, and its index leads to all of it.
    onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ resolveDir, kind }) =>
      resolve('@kubernetes/client-node/dist/config.js', { resolveDir, kind }),
    )
  },
}

/**
 * The comments of packages of others are left out. V8 holds the text of every file that it runs, and one letter in it that
 * is not of Latin-1 doubles it.
 */
const WITHOUT_COMMENTS: Plugin = {
  name: 'without-comments',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { minifyWhitespace: true, legalComments: 'none' })
      return { contents: code }
    })
  },
}

/** Lines and names stay as they are, so that a stack trace can be read without the maps too. */
const PROGRAM = {
  absWorkingDir: ROOT,
  outdir: 'dist', // what the maps are relative to, wherever it is written
  write: false,
  metafile: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node26',
  outExtension: { '.js': '.mjs' },
  banner: { js: REQUIRE },
  plugins: [straightImports(ROOT), WITHOUT_UNUSED, WITHOUT_COMMENTS],
  minifySyntax: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions

/** What a file imports when it runs stays a file of its own beside it. */
const BESIDE: Plugin = {
  name: 'beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.mjs'), external: true } : null,
    )
  },
}

/** What runs for other commands stays in the files of those: the first file leads their words there. */
const CHECK_ALONE: Plugin = {
  name: 'check-alone',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './run.mjs', external: true } : null,
    )
  },
}

const PROGRAMS: readonly BuildOptions[] = [
  // The first file: small, and it starts on an older Node too, to say so.
  {
    entryPoints: { portolan: 'packages/cli/src/main.ts' },
    plugins: [...PROGRAM.plugins, BESIDE],
    target: 'node18',
  },
  // In parts, of which a command loads those that it needs.
  {
    entryPoints: {
      run: 'packages/cli/src/run.ts',
      'store-thread': 'packages/collector/src/archive/store-thread.ts',
      'dropper-worker': 'packages/practice/src/network/dropper-worker.ts',
    },
    splitting: true,
    chunkNames: 'part-[hash]',
    external: ['esbuild'], // builds the page where there are sources
  },
  // In one piece, since each part takes its time to be found.
  {
    entryPoints: { 'run-check': 'packages/cli/src/run-check.ts' },
    plugins: [...PROGRAM.plugins, CHECK_ALONE],
  },
  // Alone and in one piece: there is one on each node, and it is to be small.
  { entryPoints: { agent: 'packages/agent/src/main.ts' } },
]

/**
 * Writes all that is shipped, which needs nothing but Node beside it. The same sources give the same bytes.
 *
 * @param options.maps whether to write source maps, which name the files of the repository
 */
export async function buildAll(folder: string, { maps }: { maps: boolean }): Promise<void> {
  const page = await buildPage(PAGE_SOURCES) // first: it stops the process of esbuild
  await writeAll(join(folder, 'page'), page.files)
  const inputs = [...page.inputs]
  for (const options of PROGRAMS) {
    const { outputFiles = [], metafile } = await build({ ...PROGRAM, ...options, sourcemap: maps ? 'linked' : false })
    const written = outputFiles.map(({ path, text }) => [
      basename(path),
      path.endsWith('.map') ? text : leanImports(text),
    ])
    await writeAll(folder, Object.fromEntries(written) as Record<string, string>)
    const bundled = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.keys(output.inputs))
    inputs.push(...bundled.map((path) => join(ROOT, path)))
  }
  const repository = releaseRepository(process.env)
  writeChart(join(folder, 'chart'), repository === null ? null : { repository, digest: '', notes: '' })
  await cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  const packages = await bundledPackages(inputs)
  await writeFile(join(folder, 'LICENSES-OF-OTHERS.txt'), licencesText(packages))
  const ours = npmComponent({ name: 'portolan', version: buildInfo.version, license: 'Apache-2.0' })
  await writeFile(join(folder, 'sbom.cdx.json'), sbomText({ ...ours, type: 'application' }, packages.map(npmComponent)))
  await settle(folder)
}

/** The earliest time that an archive in the format of zip can hold. */
const LONG_AGO = new Date('1980-01-02T00:00:00Z')

/** Gives all files and folders the same modes and times, whatever the machine and the hour. */
async function settle(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await settle(path)
    else await chmod(path, entry.name === 'portolan.mjs' ? 0o755 : 0o644)
    await utimes(path, LONG_AGO, LONG_AGO)
  }
  await chmod(folder, 0o755)
}

async function writeAll(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true })
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
}
