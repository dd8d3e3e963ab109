import { execFile, spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildInfo } from '@portolan/runtime'
import { packagesIn } from './bundled.ts'
import { ROOT } from './tree.ts'

const run = promisify(execFile)
const work = mkdtempSync(join(tmpdir(), 'portolan-shipped-'))
/** Nothing is beside or above it that a program could find by chance. */
const shipped = join(work, 'shipped')
const env = { PATH: process.env.PATH, HOME: join(work, 'home') }

const build = (folder: string) => run(process.execPath, [join(ROOT, 'build.ts'), folder], { cwd: work })
const program = (...words: string[]) =>
  run(process.execPath, [join(shipped, 'portolan.mjs'), ...words], { cwd: work, env })

beforeAll(async () => {
  await build(join(work, 'one'))
  cpSync(join(work, 'one'), shipped, { recursive: true })
}, 120_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('the same sources give the same bytes, modes and times, whatever the mask of modes', async () => {
  const mask = process.umask(0o077)
  await build(join(work, 'other'))
  process.umask(mask)
  expect(digests(join(work, 'other'))).toEqual(digests(join(work, 'one')))
}, 120_000)

test('it holds the programs, their threads, the page, the chart, and no path of the machine that built it', () => {
  const files = contents(shipped)
  const wanted = [
    'portolan.mjs',
    'agent.mjs',
    'store-thread.mjs',
    'dropper-worker.mjs',
    'page/index.html',
    'page/page.js',
    'page/page.css',
    'chart/Chart.yaml',
  ]
  expect([...files.keys()]).toEqual(expect.arrayContaining(wanted))
  expect([...files].filter(([, bytes]) => bytes.includes(ROOT)).map(([name]) => name)).toEqual([])
})

test('the agent, of which each node has one, is small', () => {
  const agent = readFileSync(join(shipped, 'agent.mjs'), 'utf8')
  for (const one of ['zod', 'express', '@kubernetes/client-node', 'undici']) {
    expect(agent).not.toContain(`node_modules/${one}/`)
  }
  expect(agent).not.toContain('node:sqlite')
})

describe('a command loads what it needs and no more', () => {
  const folder = join(ROOT, 'test/cases/hostport-lottery')
  test.each<[command: string, words: string[], packages: string[]]>([
    ['--help', ['--help'], []],
    ['--version', ['--version'], []],
    [
      'check of files',
      ['check', '--fail-on=always', '-k', join(folder, 'kind.yaml'), join(folder, 'manifests.yaml')],
      ['commander', 'diff', 'yaml', 'zod'],
    ],
  ])('%s', async (_, words, packages) => {
    const preload = join(ROOT, 'test/repository/list-loaded.ts')
    const { stderr } = await run(process.execPath, ['--import', preload, join(shipped, 'portolan.mjs'), ...words], {
      env,
    })
    expect(packagesIn(stderr.matchAll(/^loaded (.*)$/gm).map(([, file = '']) => file))).toEqual(packages)
  })

  test('check of files finds all of it in one file, and takes no module of Node that is dear to import', async () => {
    const preload = join(ROOT, 'test/repository/list-loaded.ts')
    const words = ['check', '-k', join(folder, 'kind.yaml')]
    const { stderr } = await run(process.execPath, ['--import', preload, join(shipped, 'portolan.mjs'), ...words], {
      env,
    })
    const loaded = stderr.matchAll(/^loaded (.*)$/gm).map(([, file = '']) => file)
    const own = [...loaded].filter((file) => file.startsWith(shipped))
    expect(own.map((file) => basename(file))).toEqual(['portolan.mjs', 'run-check.mjs'])
    for (const file of own) expect(readFileSync(file, 'utf8')).not.toMatch(/^import .* from "node:(fs|process|util)"/m)
  })

  test('check of a cluster that is not there says so', async () => {
    const noEngine = { ...env, DOCKER_HOST: `unix://${join(work, 'no-engine.sock')}`, KUBECONFIG: join(work, 'none') }
    const live = run(process.execPath, [join(shipped, 'portolan.mjs'), 'check', '--live'], { env: noEngine })
    await expect(live).rejects.toMatchObject({ stderr: expect.not.stringContaining('should not have happened') })
  })

  test('the packages of a file are found', () => {
    expect(packagesIn([join(shipped, 'agent.mjs')])).toContain('pino')
  })
})

describe('alone in a folder, with nothing but Node', () => {
  test('it tells its version', async () => {
    expect((await program('--version')).stdout.trim()).toBe(buildInfo.version)
  })

  test('its agent tells what its configuration lacks', async () => {
    const agent = run(process.execPath, [join(shipped, 'agent.mjs')], { cwd: work, env })
    await expect(agent).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('PORTOLAN_NODE') })
  })

  test('it checks files', async () => {
    const folder = join(ROOT, 'test/cases/hostport-lottery')
    const words = ['check', '--format', 'json', '--fail-on', 'always', '-k', join(folder, 'kind.yaml')]
    const { stdout } = await program(...words, join(folder, 'manifests.yaml'))
    const { ports } = JSON.parse(stdout) as { ports: { cause: string }[] }
    expect(ports.map(({ cause }) => cause)).toContain('hostport_off')
  })

  test('it keeps its store by a thread', async () => {
    const state = join(work, 'state')
    const options = [`--state=${state}`, '--listen=127.0.0.1:0']
    const noEngine = { ...env, DOCKER_HOST: `unix://${join(work, 'no-engine.sock')}` }
    const watch = run(process.execPath, [join(shipped, 'portolan.mjs'), 'watch', ...options], { env: noEngine })
    await expect(watch).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining('no-engine.sock') })
    expect(readdirSync(state)).toContain('portolan.db')
  })

  test('it answers a client of the Model Context Protocol, and ends with its input', async () => {
    const child = spawn(process.execPath, [join(shipped, 'portolan.mjs'), 'mcp'], {
      cwd: work,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const ended = once(child, 'close')
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`)
    const lines: { id: number; result: { serverInfo: { name: string; version: string } } }[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(JSON.parse(line))
      child.stdin.end()
    }
    expect(lines).toMatchObject([{ id: 1, result: { serverInfo: { name: 'portolan', version: buildInfo.version } } }])
    expect(await ended).toEqual([0, null])
  })

  test('it runs the demo and serves the page', async () => {
    const child = spawn(process.execPath, [join(shipped, 'portolan.mjs'), 'demo', 'story', '--json'], {
      cwd: work,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(child, 'close')
    const files: string[] = []
    // Once: a second signal ends a program at once, and its story may open another incident while it leaves.
    let isAsked = false
    for await (const line of createInterface({ input: child.stdout })) {
      const { type, page } = JSON.parse(line) as { type: string; page?: string }
      if (type === 'watching') files.push(...(await loadPage(page ?? '')))
      if (type === 'incident.opened' && !isAsked) isAsked = child.kill('SIGTERM')
    }
    expect(await ended).toEqual([0, null])
    expect(files).toEqual(['/icon.svg', '/page.css', '/page.js'].map((path) => `${path} 200`))
  }, 120_000)
})

/** Opens the document and each file that it names. */
async function loadPage(url: string): Promise<string[]> {
  const document = await (await fetch(url)).text()
  const paths = [...document.matchAll(/(?:src|href)="(?<path>\/[^"]+\.\w+)"/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  )
  return Promise.all(paths.map(async (path) => `${path} ${(await fetch(new URL(path, url))).status}`))
}

function digests(folder: string): Record<string, string> {
  return Object.fromEntries(
    [...contents(folder)].map(([name, bytes]) => {
      const { mode, mtime } = statSync(join(folder, name))
      return [name, `${mode.toString(8)} ${mtime.toISOString()} ${hash('sha256', bytes)}`]
    }),
  )
}

function contents(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = names
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
  return new Map(files.sort().map((name) => [name, readFileSync(join(folder, name))]))
}
