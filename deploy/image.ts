import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildInfo } from '@portolan/runtime'
import { addressOf, releaseRepository } from '../build/release-address.ts'
import { run } from './run.ts'
import { treeDigest } from './tree-digest.ts'

/**
 * Builds `dist` and from it the image `portolan:VERSION`, with the container engine that kind uses. `BASE` names another
 * base, `PORTOLAN_REVISION` the commit. What follows `--` goes to the engine's `build`.
 *
 * `--verify` builds it once more from nothing, compares the files of both, and runs it as a cluster would.
 */
const { values, positionals } = parseArgs({ options: { verify: { type: 'boolean' } }, allowPositionals: true })
const engine = process.env['KIND_EXPERIMENTAL_PROVIDER'] ?? 'docker'
const image = `portolan:${buildInfo.version}`

build(image, positionals)
if (values.verify === true) verify()

function build(tag: string, words: readonly string[]): void {
  run([process.execPath, 'build.ts'])
  const { BASE: base = '', PORTOLAN_REVISION: revision = '' } = process.env
  const repository = releaseRepository(process.env)
  run([
    engine,
    'build',
    `--build-arg=VERSION=${buildInfo.version}`,
    `--tag=${tag}`,
    ...(base === '' ? [] : [`--build-arg=BASE=${base}`]),
    ...label('revision', revision),
    ...label('source', repository === null ? '' : addressOf(repository)),
    ...label('url', repository === null ? '' : addressOf(repository)),
    ...words,
    join(import.meta.dirname, '..'),
  ])
}

function label(key: string, value: string): string[] {
  return value === '' ? [] : [`--label=org.opencontainers.image.${key}=${value}`]
}

function verify(): void {
  const again = `${image}-again`
  build(again, [...positionals, '--no-cache'])
  const [first, second] = [treeDigest(engine, image), treeDigest(engine, again)]
  run([engine, 'rmi', again])
  if (first !== second) throw new Error(`two builds differ: ${first} and ${second}`)
  const confined = [
    '--read-only',
    '--tmpfs=/tmp',
    '--network=none',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
  ]
  run([engine, 'run', '--rm', ...confined, image, 'demo', 'all-fine', '--for=2s', '--listen=off'])
  process.stdout.write(`Two builds have the same files, and it runs read-only. Digest of the files: ${first}\n`)
}
