import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Component, debianComponents, sbomText } from '../build/sbom.ts'
import { outputOf } from './run.ts'

/**
 * `node deploy/image-sbom.ts IMAGE FILE`: writes the bill of materials of an image: what the program brings, Node, and the packages
 * of the Debian below. It runs nothing of an image that says in `NODE_VERSION` which Node it holds, so that may be for another processor.
 */
const [image = '', file = ''] = process.argv.slice(2)
if (image === '' || file === '') throw new Error('expected: node deploy/image-sbom.ts IMAGE FILE')
const engine = process.env['KIND_EXPERIMENTAL_PROVIDER'] ?? 'docker'
const folder = mkdtempSync(join(tmpdir(), 'portolan-sbom-'))
const container = outputOf([engine, 'create', image]).trim()
try {
  writeFileSync(file, billOfMaterials())
} finally {
  outputOf([engine, 'rm', container])
  rmSync(folder, { recursive: true })
}

function billOfMaterials(): string {
  const ours = JSON.parse(fileOf('/app/sbom.cdx.json')) as {
    metadata: { component: Component }
    components: Component[]
  }
  const { component } = ours.metadata
  return sbomText({ ...component, type: 'container', 'bom-ref': `${component['bom-ref']}#image` }, [
    component,
    ...ours.components,
    nodeOf(),
    ...debianComponents(fileOf('/var/lib/dpkg/status')),
  ])
}

function fileOf(path: string): string {
  outputOf([engine, 'cp', `${container}:${path}`, join(folder, 'file')])
  return readFileSync(join(folder, 'file'), 'utf8')
}

function nodeOf(): Component {
  const env = JSON.parse(outputOf([engine, 'inspect', '--format={{json .Config.Env}}', container])) as string[]
  const stated = env.find((one) => one.startsWith('NODE_VERSION='))?.slice('NODE_VERSION='.length)
  const version = stated ?? outputOf([engine, 'run', '--rm', '--entrypoint=node', image, '--version']).trim().slice(1)
  const purl = `pkg:generic/node@${version}`
  return { type: 'platform', 'bom-ref': purl, name: 'node', version, purl, licenses: [{ expression: 'MIT' }] }
}
