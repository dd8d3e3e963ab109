import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { manifest } from './packages.ts'
import { namesIn, recordsAndMetrics } from './metric-names.ts'
import { files, read, ROOT } from './tree.ts'

const DOCUMENTS = ['README.md', 'SECURITY.md', ...files().filter((path) => /^(docs|deploy)\/.*\.md$/.test(path))]
const { scripts = {} } = manifest('')

/** `portolan COMMAND` or `pnpm SCRIPT` where it stands in a block of code or between backticks. */
function commands(path: string): string[] {
  const text = read(path)
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '')
  const blocks = [...text.matchAll(/^```[^\n]*\n([^]*?)^```/gm)].flatMap(([, code]) => (code ?? '').split('\n'))
  const indented = text.split('\n').filter((line) => line.startsWith('    '))
  return [...quoted, ...blocks, ...indented].map((line) => line.trim().replace(/^\$ |\s+# .*$/g, ''))
}

const told = new Map<string, string>()

/** What the program says of a command; throws where there is none. */
function help(command: string): string {
  const main = join(ROOT, 'packages/cli/src/main.ts')
  const text = told.get(command) ?? execFileSync(process.execPath, [main, command, '--help'], { encoding: 'utf8' })
  told.set(command, text)
  return text
}

test('there is a README', () => expect(existsSync(join(ROOT, 'README.md'))).toBe(true))

test('the first screen of README leads to what a newcomer looks for', () => {
  const first = read('README.md').split('\n').slice(0, 20).join('\n')
  const wanted = [
    'LICENSE',
    'CONTRIBUTING.md',
    'CODE_OF_CONDUCT.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'docs/ci.md',
    'docs/troubleshooting.md',
    'docs/comparison.md',
    'docs/api.md',
    '#commands',
  ]
  expect(wanted.filter((link) => !first.includes(`](${link})`))).toEqual([])
})

test('docs/api.md lists every address that a collector answers', () => {
  const found = files()
    .filter((path) => path.startsWith('packages/collector/src/api/'))
    .flatMap((path) => [...read(path).matchAll(/\b(?:router|routes)\.(?:get|post)\('(?<address>[^'*]+)'/g)])
    .map(({ groups }) => (groups?.['address'] ?? '').replace(':id', 'ID'))
  const outside = ['/healthz', '/readyz', '/metrics']
  const addresses = found.map((address) => (outside.includes(address) ? address : `/api/v1${address}`))
  expect(addresses.length).toBeGreaterThan(10)
  expect(addresses.filter((address) => !read('docs/api.md').includes(`| \`${address}\` |`))).toEqual([])
})

test('the queries of docs/prometheus.md ask for metrics and records that exist', () => {
  const [, queries = ''] = /^## Queries$([^]*?)^## Grafana$/m.exec(read('docs/prometheus.md')) ?? []
  const names = namesIn(queries)
  expect(names.length).toBeGreaterThan(5)
  expect(new Set(names).difference(recordsAndMetrics())).toEqual(new Set())
})

describe('each fault of docs/robustness.md', () => {
  const rows = read('docs/robustness.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (fault|---)/.test(line))

  test.each(rows)('%s names a test that exists', (row) => {
    const { file = '', title = '' } = / `(?<file>[^`]+)` "(?<title>[^"]+)" \|$/.exec(row)?.groups ?? {}
    expect(existsSync(join(ROOT, file)) && file !== '').toBe(true)
    expect(read(file)).toContain(title)
  })
})

test('.ci/run runs the very command by which README has everything tested', () => {
  const run = read('.ci/run')
  const pnpm = /^pnpm=\((.+)\)$/m.exec(run)?.[1]
  expect(run).toMatch(/^step test \d+ "\$\{pnpm\[@\]\}" test$/m)
  expect(commands('README.md')).toContain(`${pnpm} test`)
})

describe.each(DOCUMENTS.filter((path) => existsSync(join(ROOT, path))))('%s', (path) => {
  const lines = commands(path)

  test('names scripts that exist', () => {
    const named = lines.flatMap(
      (line) => /^(?:npx -y )?pnpm(?:@\S+)? (?:--silent )?(?<script>[\w:-]+)/.exec(line)?.groups?.['script'] ?? [],
    )
    expect(named.filter((script) => script !== 'install' && !(script in scripts))).toEqual([])
  })

  test('asks for the version of pnpm that the repository names', () => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
    const others = lines
      .flatMap((line) => /\bpnpm@[\d.]+/.exec(line)?.[0] ?? [])
      .filter((one) => one !== packageManager)
    expect(others).toEqual([])
  })

  test('names commands and options that exist', () => {
    const calls = lines.flatMap((line) => {
      const { command, rest = '' } =
        /^(?:npx -y pnpm@\S+ (?:--silent )?|npm run )?portolan (?<command>[a-z]+)(?<rest>.*)/.exec(line)?.groups ?? {}
      return command === undefined ? [] : [{ command, options: rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [] }]
    })
    const missing = calls.filter(({ command, options }) => {
      const text = help(command)
      return options.some((option) => option !== '--help' && !text.includes(option))
    })
    expect(missing).toEqual([])
  }, 60_000)

  test('links to files that exist', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#|mailto:)(?<file>[^)#\s]+)[^)]*\)/g)]
    const dead = links
      .map(({ groups }) => groups?.['file'] ?? '')
      .filter((file) => !existsSync(join(ROOT, dirname(path), file)))
    expect(dead).toEqual([])
  })
})
