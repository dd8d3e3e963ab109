import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildInfo } from '@portolan/runtime'
import { packagesIn } from './bundled.ts'
import { ROOT } from './tree.ts'

const run = promisify(execFile)
const work = mkdtempSync(join(tmpdir(), 'portolan-npm-'))
const env = { PATH: process.env.PATH, HOME: join(work, 'home') }
const archive = `portolan-${buildInfo.version}.tgz`
const one = join(work, 'one')
const installed = join(work, 'installed/node_modules/portolan')
const program = join(installed, 'portolan.mjs')

const pack = (folder: string) => run(process.execPath, [join(ROOT, 'build/package.ts'), folder], { cwd: work })

beforeAll(async () => {
  await pack(one)
  mkdirSync(join(work, 'installed'))
  const options = ['--omit=optional', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, join(one, archive)], { cwd: join(work, 'installed') })
}, 120_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('the same sources give the same archive, with its checksum beside it', async () => {
  await pack(join(work, 'other'))
  expect(readFileSync(join(work, 'other', archive)).equals(readFileSync(join(one, archive)))).toBe(true)
  expect(readdirSync(one)).toEqual([archive, `${archive}.sha256`])
  const digest = hash('sha256', readFileSync(join(one, archive)))
  expect(readFileSync(join(one, `${archive}.sha256`), 'utf8')).toBe(`${digest}  ${archive}\n`)
}, 120_000)

test('it holds no source maps and no path of the machine that built it', () => {
  const files = filesBelow(installed)
  expect(files).toEqual(expect.arrayContaining(['page/page.js', 'chart/Chart.yaml', 'schema/check.json', 'LICENSE']))
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([])
  const traces = files.filter((file) => {
    const text = readFileSync(join(installed, file), 'utf8')
    return text.includes(ROOT) || text.includes('sourceMappingURL=')
  })
  expect(traces).toEqual([])
})

test('it holds the licence of each package that is bundled', () => {
  const licences = readFileSync(join(installed, 'LICENSES-OF-OTHERS.txt'), 'utf8')
  const programs = filesBelow(installed).filter((file) => file.endsWith('.mjs'))
  const bundled = [...packagesIn(programs.map((file) => join(installed, file))), 'preact']
  expect(bundled).toContain('@kubernetes/client-node')
  expect(bundled.filter((name) => !new RegExp(`^${name} \\d[^\\n]*, \\S+\\n\\n`, 'm').test(licences))).toEqual([])
})

/** Of these each lets others use, change and pass on the program. */
const FREE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']

test('each package that is shipped has a licence that we may ship it under', () => {
  const { components } = JSON.parse(readFileSync(join(installed, 'sbom.cdx.json'), 'utf8')) as {
    components: { name: string; licenses: { expression: string }[] }[]
  }
  expect(components.length).toBeGreaterThan(20)
  const others = components.filter(({ licenses }) => licenses.some(({ expression }) => !FREE.includes(expression)))
  expect(others.map(({ name, licenses }) => `${name}: ${licenses[0]?.expression}`)).toEqual([])
})

test('its bill of materials lists the packages that are bundled, and no others', () => {
  const { components } = JSON.parse(readFileSync(join(installed, 'sbom.cdx.json'), 'utf8')) as {
    components: { name: string; version: string }[]
  }
  const licences = readFileSync(join(installed, 'LICENSES-OF-OTHERS.txt'), 'utf8')
  const heads = components.map(({ name, version }) => `${name} ${version}, `)
  expect(heads.filter((head) => !licences.includes(head))).toEqual([])
  expect(heads.some((head) => /^(jest|esbuild|typescript) /.test(head))).toBe(false)
})

describe('installed into an empty folder', () => {
  test.each(['portolan', 'kubectl-portolan'])('%s tells its version', async (name) => {
    const { stdout } = await run(join(work, 'installed/node_modules/.bin', name), ['--version'], { env })
    expect(stdout.trim()).toBe(buildInfo.version)
  })

  test('it checks files', async () => {
    await expect(run(process.execPath, [program, ...CHECK], { env })).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('hostport_off'),
    })
  })

  test('it runs the demo', async () => {
    const words = ['demo', 'all-fine', '--for=2s', '--listen=off']
    const { stdout } = await run(process.execPath, [program, ...words], { env })
    expect(stdout).toContain('Every verdict was right.')
  }, 60_000)

  test('its types describe the JSON that it prints', async () => {
    const { stdout } = await run(process.execPath, [program, ...CHECK, '--format=json', '--fail-on=always'], { env })
    const folder = join(work, 'installed')
    writeFileSync(
      join(folder, 'good.ts'),
      `import type { Check } from 'portolan'\nexport const good: Check = ${stdout}`,
    )
    writeFileSync(
      join(folder, 'bad.ts'),
      `import type { Check } from 'portolan'\nexport const bad: Check = { ports: 1 }\n`,
    )
    const compile = (file: string) =>
      run(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '--strict', '--module', 'nodenext', file], { cwd: folder })
    await compile('good.ts')
    await expect(compile('bad.ts')).rejects.toMatchObject({ stdout: expect.stringContaining('bad.ts') })
  }, 60_000)
})

describe('on Node 20', () => {
  /** Of this Node, whatever it is, the program sees that it is older. */
  const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`
  const onOldNode = (start: string, ...words: string[]) =>
    run(process.execPath, ['--import', old, start, ...words], { env })

  test('it tells its version', async () => {
    expect((await onOldNode(program, '--version')).stdout.trim()).toBe(buildInfo.version)
  })

  test('it says which Node it needs', async () => {
    await expect(onOldNode(program, ...CHECK)).rejects.toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^portolan: needs Node 26 or newer, and this is 20\.20\.2\n/),
    })
  })

  test('it runs with the Node that was installed along with it, and ends as that ends', async () => {
    const folder = join(work, 'with-node/node_modules')
    cpSync(installed, join(folder, 'portolan'), { recursive: true })
    const brought = join(folder, `node-${process.platform}-${process.arch}`)
    mkdirSync(join(brought, 'bin'), { recursive: true })
    writeFileSync(join(brought, 'package.json'), '{}')
    symlinkSync(process.execPath, join(brought, 'bin/node'))
    await expect(onOldNode(join(folder, 'portolan/portolan.mjs'), ...CHECK)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('hostport_off'),
    })
  })
})

const CASE = join(ROOT, 'test/cases/hostport-lottery')
const CHECK = ['check', '-k', join(CASE, 'kind.yaml'), join(CASE, 'manifests.yaml')]

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
}
