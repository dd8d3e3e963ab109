import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const IMPORT = /^(import|export) \{([^}]*)\} from ['](@portolan\/[a-z]+)[']$/gm
const REEXPORTED = /^export (?:type )?\{[^}]*\} from ['](\.[^']+)[']$/gm

/**
 * Leads each import from a package of ours straight to the file that has the name. Otherwise a part of the program that
 * needs one name of a package would load all that the package exports.
 */
export function straightImports(root: string): Plugin {
  return {
    name: 'straight-imports',
    async setup({ onLoad }) {
      const fileOf = await filesByName(root)
      onLoad({ filter: /\/packages\/[a-z]+\/src\/.*\.ts$/ }, async ({ path }) => ({
        contents: straightened(await readFile(path, 'utf8'), fileOf),
        loader: 'ts',
      }))
    },
  }
}

/** The lines stay where they are, for the sake of stack traces. */
function straightened(source: string, fileOf: ReadonlyMap<string, string>): string {
  return source.replaceAll(IMPORT, (whole, verb: string, names: string, specifier: string) => {
    const values = names.split(',').flatMap((text) => {
      const name = text.trim()
      return name === '' || name.startsWith('type ') ? [] : [name]
    })
    const imports = values.map((name) => {
      const file = fileOf.get(`${specifier} ${name.split(' ')[0]}`)
      if (file === undefined) throw new Error(`no file of ${specifier} exports ${name}`)
      return `${verb} { ${name} } from ${JSON.stringify(file)};`
    })
    return imports.join(' ') + '\n'.repeat(whole.split('\n').length - 1)
  })
}

/** Which file exports what, by `PACKAGE NAME`. */
async function filesByName(root: string): Promise<Map<string, string>> {
  const indexes = globSync('packages/*/src/index.ts', { cwd: root })
  const exporting = await Promise.all(
    indexes.map(async (index) => reexportedBy(index, await readFile(join(root, index), 'utf8'))),
  )
  const packageOf = new Map(exporting.flat())
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...packageOf.keys()],
    outdir: 'nowhere',
    write: false,
    metafile: true,
    format: 'esm',
  })
  return new Map(
    Object.values(metafile.outputs).flatMap(({ entryPoint = '', exports }) =>
      exports.map((name) => [`${packageOf.get(entryPoint)} ${name}`, join(root, entryPoint)] as const),
    ),
  )
}

function reexportedBy(index: string, source: string): [file: string, owner: string][] {
  const owner = `@portolan/${index.split('/')[1]}`
  return [...source.matchAll(REEXPORTED)].map(([, file = '']) => [join(dirname(index), file), owner])
}
