import { readFileSync } from 'node:fs'
import { type Clock, EXIT, markdownCode, PortolanError } from '@portolan/core'
import { keepComment } from './comment.ts'
import { createGithubApi, Refused } from './github-api.ts'
import type { CheckOrder, Order, WaitOrder } from './inputs.ts'
import { createRunner, type Runner } from './runner.ts'
import type { Ran, RunPortolan } from './run-portolan.ts'
import { writeSarif } from './sarif-file.ts'

interface Parts {
  order: Order
  portolan: RunPortolan
  clock: Pick<Clock, 'after'>
  write(text: string): void
}

/** Does what the step asks for. @returns its exit code, which is that of `portolan` */
export async function runAction({ order, portolan, clock, write }: Parts): Promise<number> {
  const runner = createRunner({ write, summary: order.summary, outputs: order.outputs })
  const { run } = order
  const { exitCode, markdown } =
    run.command === 'wait' ? await wait(run, portolan, runner) : await check(run, order, portolan, runner)
  runner.summarise(markdown)
  runner.output('exit-code', String(exitCode))
  if (run.command === 'check' && run.comment) {
    await comment(order, { markdown, isNews: exitCode !== EXIT.fine }, clock, runner)
  }
  return exitCode
}

interface Done {
  exitCode: number
  markdown: string
}

async function check(
  { words, sarif }: CheckOrder,
  { folder }: Order,
  portolan: RunPortolan,
  runner: Runner,
): Promise<Done> {
  const [, ...rest] = words
  const [annotations, summary, results] = (await Promise.all(
    (['github', 'summary', 'sarif'] as const).map((format) => portolan(['check', `--format=${format}`, ...rest])),
  )) as [Ran, Ran, Ran]
  runner.log(annotations.stderr)
  if (summary.stdout === '') return failed(summary, runner)
  runner.annotate(annotations.stdout)
  runner.output('sarif', writeSarif(folder, sarif, results.stdout))
  return { exitCode: summary.exitCode, markdown: summary.stdout }
}

async function wait({ words }: WaitOrder, portolan: RunPortolan, runner: Runner): Promise<Done> {
  const ran = await portolan(words)
  runner.log(ran.stdout)
  runner.log(ran.stderr)
  if (ran.exitCode > EXIT.fault) return failed(ran, runner)
  const title = ran.exitCode === EXIT.fine ? 'The ports answer' : 'Not all ports answer'
  if (ran.exitCode !== EXIT.fine) runner.error(title, 'The cause of each is in the summary of the job.')
  return { exitCode: ran.exitCode, markdown: `# ${title}\n\n${markdownCode('text', ran.stdout)}\n` }
}

/** It could not do what it was asked to. */
function failed({ exitCode, stderr }: Ran, runner: Runner): Done {
  runner.error('Portolan could not do this', stderr.split('\n', 1)[0] ?? '')
  return { exitCode, markdown: `# Portolan could not do this\n\n${markdownCode('text', stderr)}\n` }
}

/** A comment is an extra: where there can be none, the summary says the same. */
async function comment(
  { event, token, api, place }: Order,
  content: { markdown: string; isNews: boolean },
  clock: Parts['clock'],
  runner: Runner,
): Promise<void> {
  if (event.name !== 'pull_request') return
  const number = numberOf(event.file)
  if (token === '')
    return runner.notice('There is no token for a comment: what it would say is in the summary of the job.')
  try {
    await keepComment(createGithubApi({ ...api, number, token, clock }), { place, ...content })
  } catch (error) {
    const isForbidden = error instanceof Refused && [401, 403, 404].includes(error.status)
    const why = isForbidden
      ? 'The token may not comment (a fork has none that may; else: permissions: pull-requests: write).'
      : `The comment could not be written: ${Error.isError(error) ? error.message : String(error)}.`
    runner.notice(`${why} What it would say is in the summary of the job.`)
  }
}

/** @throws PortolanError config_invalid where the file is no event of a pull request */
function numberOf(file: string | null): number {
  const event =
    file === null ? null : (JSON.parse(readFileSync(file, 'utf8')) as { pull_request?: { number?: unknown } })
  const number = event?.pull_request?.number
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw new PortolanError('config_invalid', 'GITHUB_EVENT_PATH names no event of a pull request', '')
}
