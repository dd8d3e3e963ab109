import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { files, findings, read, ROOT } from './tree.ts'

const WORKFLOWS = files().filter((path) => /^\.github\/workflows\/.*\.ya?ml$/.test(path))
const ACTIONS = files().filter((path) => /(^|\/)action\.ya?ml$/.test(path))

interface Step {
  uses?: string
  run?: string
}

interface Workflow {
  on: Record<string, unknown>
  permissions?: unknown
  jobs: Record<string, { steps?: Step[]; uses?: string; 'timeout-minutes'?: number }>
}

/** What expressions fill in before a shell reads it could be a command of a stranger. */
function filledIn(steps: readonly Step[]): string[] {
  return steps.flatMap(({ run = '' }) => (run.includes('${{') ? [run] : []))
}

describe.each(WORKFLOWS)('%s', (path) => {
  const { on, permissions, jobs } = parse(read(path)) as Workflow

  test('may read the repository and no more, where a job asks for nothing else', () => {
    expect(permissions).toEqual({ contents: 'read' })
  })

  test('runs for no pull request with the rights of the repository', () => {
    expect(Object.keys(on)).not.toContain('pull_request_target')
    expect(Object.keys(on)).not.toContain('workflow_run')
  })

  test('ends each job in time', () => {
    const endless = Object.entries(jobs).filter(([, job]) => job.uses === undefined && !job['timeout-minutes'])
    expect(endless.map(([name]) => name)).toEqual([])
  })

  test('fills nothing into the text of a shell', () => {
    expect(Object.values(jobs).flatMap(({ steps = [] }) => filledIn(steps))).toEqual([])
  })
})

describe.each([...WORKFLOWS, ...ACTIONS])('%s', (path) => {
  test('names each action by its commit, with the version beside it', () => {
    const unpinned = findings(path, /\buses: (?!\.\/|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/)
    expect(unpinned).toEqual([])
  })
})

describe.each(ACTIONS)('%s', (path) => {
  interface Action {
    inputs: Record<string, unknown>
    runs: { steps: (Step & { env: Record<string, string> })[] }
  }
  const { inputs, runs } = parse(read(path)) as Action

  test('hands each input to its script by the environment alone', () => {
    expect(filledIn(runs.steps)).toEqual([])
    const handed = Object.keys(inputs).map((name) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      `\${{ inputs.${name} }}`,
    ])
    expect(runs.steps.map(({ env }) => env)).toEqual([Object.fromEntries(handed)])
  })
})

const lint = spawnSync('actionlint', { cwd: ROOT, encoding: 'utf8' })
const withActionlint = lint.error === undefined ? test : test.skip
withActionlint('actionlint has nothing to say', () => {
  expect({ status: lint.status, text: lint.stdout }).toEqual({ status: 0, text: '' })
})

test('new versions of dependencies are taken a week after their release, whoever asks for them', () => {
  const { minimumReleaseAge } = parse(read('pnpm-workspace.yaml')) as { minimumReleaseAge: number }
  expect(minimumReleaseAge).toBe(7 * 24 * 60)
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: Record<string, unknown>[] }
  const young = updates.filter((one) => one['package-ecosystem'] !== 'docker' && !('cooldown' in one))
  expect(young).toEqual([])
})
