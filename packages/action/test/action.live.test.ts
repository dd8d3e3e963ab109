import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '@portolan/runtime'
import { temporaryFolder } from '@portolan/testing'
import { runAction } from '../src/action.ts'
import { readOrder } from '../src/inputs.ts'
import { runPortolan, type RunPortolan } from '../src/run-portolan.ts'
import { type FakeGithub, fakeGithub } from './fake-github.ts'

const ROOT = join(import.meta.dirname, '../../..')
const CASE = 'test/cases/hostport-lottery'
const path = temporaryFolder()

interface Result {
  exitCode: number
  log: string
  summary: string
  outputs: string
}

/** Runs the step in a checkout of the repository, as the runner would for this event. */
async function step(
  inputs: Record<string, string>,
  github: FakeGithub,
  run: { event?: string; portolan?: RunPortolan } = {},
): Promise<Result> {
  const { event = 'pull_request' } = run
  const env = {
    PATH: process.env['PATH'],
    INPUT_COMMAND: 'check',
    INPUT_KIND: `${CASE}/kind.yaml`,
    INPUT_MANIFESTS: `${CASE}/manifests.yaml`,
    INPUT_RENDER: 'false',
    INPUT_COMMENT: 'true',
    INPUT_TOKEN: 'secret-of-the-workflow',
    ...inputs,
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: join(import.meta.dirname, `events/${event.replace('_', '-')}.json`),
    GITHUB_WORKSPACE: ROOT,
    GITHUB_STEP_SUMMARY: path('summary'),
    GITHUB_OUTPUT: path('outputs'),
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'team/shop',
    GITHUB_WORKFLOW: 'ci',
    GITHUB_JOB: 'check',
    RUNNER_TEMP: path(''),
  }
  let log = ''
  const order = readOrder(env)
  const portolan = run.portolan ?? runPortolan([process.execPath, join(ROOT, 'packages/cli/src/main.ts')], ROOT, env)
  const exitCode = await runAction({ order, portolan, clock: systemClock, write: (text) => void (log += text) })
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '')
  return { exitCode, log, summary: read('summary'), outputs: read('outputs') }
}

/** Of a `portolan check`, what it says in each format. */
const saying =
  (exitCode: number, text: string): RunPortolan =>
  async () => ({ exitCode, stdout: text, stderr: '' })
const dark = { portolan: saying(1, '# 1 of 1 host ports will not answer\n') }
const fine = { portolan: saying(0, '# All 1 host ports will answer\n') }

describe('check on a pull request whose port will be dark', () => {
  test('annotates the line, fills the summary, writes SARIF, comments, and fails', async () => {
    const github = await fakeGithub()
    const { exitCode, log, summary, outputs } = await step({}, github)
    expect(exitCode).toBe(1)
    expect(log).toMatch(new RegExp(`^::(error|warning) file=${CASE}/\\S+,line=\\d+,title=`, 'm'))
    expect(summary).toMatch(/^# 2 of 2 host ports will not answer, or not always$/m)
    const sarif = /^sarif=(.*)$/m.exec(outputs)?.[1] ?? ''
    expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({ version: '2.1.0' })
    expect(outputs).toContain('exit-code=1\n')
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining(summary.trim())])
    expect(github.asked.every((one) => one.endsWith('Bearer secret-of-the-workflow'))).toBe(true)
    expect(log + summary + outputs).not.toContain('secret-of-the-workflow')
  })

  test('changes its own comment when it runs again, on whatever page that is', async () => {
    const chat = Array.from({ length: 130 }, (_, index) => ({
      id: index + 1,
      body: 'Looks good to me.',
      user: { login: 'jane', type: 'User' },
    }))
    const github = await fakeGithub(chat)
    await step({}, github, dark)
    await step({}, github, dark)
    expect(github.asked.filter((one) => /^(POST|PATCH)/.test(one))).toHaveLength(1)
    await step({}, github, fine)
    expect(github.comments).toHaveLength(131)
    expect(github.comments[130]?.body).toContain('All 1 host ports will answer')
  })

  test('leaves the comment of a stranger alone who wrote its mark', async () => {
    const github = await fakeGithub()
    await step({}, github, dark)
    const [own] = github.comments
    github.comments = [{ id: 1, body: own?.body ?? '', user: { login: 'mallory', type: 'User' } }]
    await step({}, github, dark)
    expect(github.comments.map(({ user }) => user.login)).toEqual(['mallory', 'github-actions[bot]'])
  })

  test.each([401, 404])(
    'from a fork, whose token may not comment (%s), gives the summary and ends as the check does',
    async (status) => {
      const github = await fakeGithub()
      github.failing = [status]
      const { exitCode, log, summary } = await step({}, github, dark)
      expect(exitCode).toBe(1)
      expect(log).toContain('::notice title=Portolan::The token may not comment')
      expect(summary).toContain('will not answer')
      expect(github.comments).toEqual([])
    },
  )

  test('without a token asks nobody', async () => {
    const github = await fakeGithub()
    const { exitCode, log } = await step({ INPUT_TOKEN: '' }, github, dark)
    expect(exitCode).toBe(1)
    expect(log).toContain('There is no token for a comment')
    expect(github.asked).toEqual([])
  })

  test('tries again where GitHub has a bad moment, and adds one comment', async () => {
    const github = await fakeGithub()
    github.failing = [502, 503]
    await step({}, github, dark)
    expect(github.comments).toHaveLength(1)
  })

  test('ends as the check does where GitHub stays away', async () => {
    const github = await fakeGithub()
    github.failing = [500, 500, 500, 500]
    const { exitCode, log } = await step({}, github, dark)
    expect(exitCode).toBe(1)
    expect(log).toContain('The comment could not be written: GitHub answers 500.')
  })
})

describe('check', () => {
  test('comments nothing on a pull request where all is well', async () => {
    const github = await fakeGithub()
    expect((await step({}, github, fine)).exitCode).toBe(0)
    expect(github.comments).toEqual([])
  })

  test('comments on nothing but a pull request', async () => {
    const github = await fakeGithub()
    expect((await step({}, github, { ...dark, event: 'push' })).exitCode).toBe(1)
    expect(github.asked).toEqual([])
  })

  test('of a file that is not there says so in the log and the summary', async () => {
    const { exitCode, log, summary } = await step({ INPUT_KIND: 'no-such-file.yaml' }, await fakeGithub())
    expect(exitCode).toBe(2)
    expect(log + summary).toContain('no-such-file.yaml')
  })
})

describe('wait', () => {
  const waited =
    (exitCode: number, stdout: string): RunPortolan =>
    async (words) => {
      expect(words).toEqual(['wait', '--timeout=5m', '--', '30080', '30443'])
      return { exitCode, stdout, stderr: '' }
    }
  const inputs = { INPUT_COMMAND: 'wait', INPUT_PORTS: '30080, 30443', INPUT_TIMEOUT: '5m' }

  test('puts the cause into the summary, and fails', async () => {
    const text = 'host:30080 did not answer within 5m\n  no_endpoints: no pod is ready\n'
    const { exitCode, log, summary } = await step(inputs, await fakeGithub(), { portolan: waited(1, text) })
    expect(exitCode).toBe(1)
    expect(summary).toBe(`# Not all ports answer\n\n\`\`\`text\n${text}\`\`\`\n\n`)
    expect(log).toContain('::error title=Not all ports answer::')
  })

  test('takes nothing that the cluster says for a command of the runner, nor for Markdown', async () => {
    const hostile = '```\n::set-output name=sarif::evil\n::stop-commands::x\n</details><script>\n'
    const { log, summary } = await step(inputs, await fakeGithub(), { portolan: waited(1, hostile) })
    const [, word, said] = /^::stop-commands::([0-9a-f-]{36})\n([^]*?)\n::\1::\n/.exec(log) ?? []
    expect(word).toBeDefined()
    expect(said).toBe(hostile.trimEnd())
    expect(summary).toContain(`\`\`\`\`text\n${hostile}\`\`\`\`\n`)
  })
})

test('no token reaches portolan, nor what that runs', async () => {
  const show = runPortolan([process.execPath, '-e', 'process.stdout.write(JSON.stringify(process.env))'], ROOT, {
    PATH: '/bin',
    INPUT_TOKEN: 'one',
    GITHUB_TOKEN: 'two',
    ACTIONS_RUNTIME_TOKEN: 'three',
    KUBECONFIG: 'kept',
  })
  const { stdout } = await show([])
  expect(JSON.parse(stdout)).toMatchObject({ PATH: '/bin', KUBECONFIG: 'kept' })
  expect(stdout).not.toMatch(/one|two|three/)
})
