import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { jsonSchemaFiles } from '@portolan/wire'
import { helpText } from '../packages/cli/src/help.ts'
import { buildAll } from './build-all.ts'
import { contractTypes } from './contract-types.ts'
import { addressOf, releaseRepository } from './release-address.ts'

/** Writes the npm package into `dist/npm`, or into the folder that is given: the archive, and its checksum beside it. */
const ROOT = join(import.meta.dirname, '..')
const DESCRIPTION = 'Which host ports into your kind clusters can be reached, when that changed, and why, with the fix'

interface Manifest {
  version: string
  license: string
  optionalDependencies?: Record<string, string>
}

const out = resolve(process.argv[2] ?? join(ROOT, 'dist/npm'))
const folder = join(out, 'package')
rmSync(out, { recursive: true, force: true })
mkdirSync(join(folder, 'schema'), { recursive: true })

await buildAll(folder, { maps: false })
const schemas = jsonSchemaFiles()
for (const { name, text } of schemas) writeFileSync(join(folder, 'schema', name), text)
writeFileSync(join(folder, 'index.d.ts'), contractTypes(schemas.map(({ text }) => JSON.parse(text) as object)))
writeFileSync(join(folder, 'README.md'), `# Portolan\n\n${DESCRIPTION}.\n\n\`\`\`\n${helpText()}\`\`\`\n`)
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${out}`], {
    cwd: folder,
    encoding: 'utf8',
  }),
) as [{ filename: string }]
rmSync(folder, { recursive: true })
const digest = hash('sha256', readFileSync(join(out, packed.filename)))
writeFileSync(join(out, `${packed.filename}.sha256`), `${digest}  ${packed.filename}\n`)
process.stdout.write(`${join(out, packed.filename)}\n`)

/** It brings the Node that the repository is developed with, for the platforms that npm has it for. */
function manifest(): object {
  const { version, license } = read('packages/cli/package.json')
  return {
    name: 'portolan',
    version,
    description: DESCRIPTION,
    license,
    ...addresses(),
    type: 'module',
    bin: { portolan: 'portolan.mjs', 'kubectl-portolan': 'portolan.mjs' },
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts' }, './schema/*': './schema/*', './package.json': './package.json' },
    engines: { node: '>=18' },
    optionalDependencies: read('package.json').optionalDependencies,
  }
}

function addresses(): object {
  const repository = releaseRepository(process.env)
  if (repository === null) return {}
  const homepage = addressOf(repository)
  return { homepage, repository: { type: 'git', url: `git+${homepage}.git` }, bugs: { url: `${homepage}/issues` } }
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest
}
