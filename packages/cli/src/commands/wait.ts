import { accessSync, closeSync, constants, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDuration } from '@portolan/base'
import { EXIT, type ExitCode, PortolanError } from '@portolan/core'
import { openOutputFile, systemClock } from '@portolan/runtime'
import { encodeWait } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { addOutputOptions, asksForDocument, documentText, type OutputFlags } from '../render/document.ts'
import { noticeText } from '../render/notice.ts'
import { styleFor } from '../render/style.ts'
import { sayDemo } from '../running/asked.ts'
import { createFaults, NO_WITNESS, readAnyAccess, repeated } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import { renderJunit } from '../wait/junit.ts'
import { answerLine, outcomeLines, type WaitTextOptions } from '../wait/text.ts'
import { waitFor, type WaitOrder } from '../wait/wait-for.ts'
import { readWaitedNames } from '../wait/waited-port.ts'

interface WaitFlags extends OutputFlags {
  timeout: string
  cluster: string[]
  kubeconfig?: string
  context?: string
  junit?: string
  witness?: boolean
}

export interface WaitPlan extends WaitOrder {
  timeoutMs: number
  junit: string | null
  output: OutputFlags
}

export function defineWait(command: Command, end: End): void {
  addOutputOptions(command, 'wait')
    .option('--timeout <duration>', 'how long to wait at most', '120s')
    .option('-c, --cluster <name>', 'only this cluster, which need not exist yet; repeatable', repeated)
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option(
      '--context <name>',
      'any cluster of the kubeconfig, by its context, with its ports at the addresses of its nodes; with one --cluster: the context to use instead of kind-CLUSTER',
    )
    .option('--junit <file>', 'write a JUnit report as well, a test case for each port or route')
    .option('--no-witness', NO_WITNESS)
    .addHelpText('after', '\nExit code 0 when all of them answer, 1 when the time is up first.')
    .action(async (ports: string[], flags: WaitFlags) => end(await wait(readWaitPlan(ports, flags))))
}

/** Validates all options and reports every fault at once. @throws PortolanError usage */
export function readWaitPlan(ports: string[], flags: WaitFlags): WaitPlan {
  const faults = createFaults()
  const timeoutMs = readDuration(flags.timeout)
  if (timeoutMs === null || timeoutMs <= 0 || timeoutMs > LONGEST_MS)
    faults.add(`--timeout is "${flags.timeout}", expected a duration, e.g. 90s or 5m, of at most 24 days`)
  const access = readAnyAccess(flags, faults)
  const why = flags.junit === undefined ? null : unwritable(flags.junit)
  if (why !== null) faults.add(`--junit is "${flags.junit}", whose folder cannot be written to (${why})`)
  faults.check('wait')
  return {
    names: readWaitedNames(ports),
    timeoutMs: timeoutMs ?? 0,
    ...access,
    junit: flags.junit ?? null,
    output: flags,
    asksPods: flags.witness !== false,
  }
}

/** The longest that a timer can wait. */
const LONGEST_MS = 24 * 86_400_000

function unwritable(file: string): string | null {
  try {
    accessSync(dirname(file), constants.W_OK)
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

export async function wait(plan: WaitPlan): Promise<ExitCode> {
  const { timeoutMs, output, junit, ...order } = plan
  const clock = systemClock
  const say = (line: string) => void (asksForDocument(output) || process.stdout.write(`${line}\n`))
  const textOptions = (several: boolean): WaitTextOptions => ({
    now: clock.now(),
    width: Math.max(60, Math.min(120, process.stdout.columns ?? 100)),
    style: styleFor(process.stdout, process.env),
    several,
  })
  const stopped = untilStopped(clock, timeoutMs)
  try {
    const outcome = await waitFor(order, {
      env: process.env,
      clock,
      stopped: stopped.promise,
      onDemo: sayDemo,
      onAnswer: (port, several) => say(answerLine(port, textOptions(several))),
      onNotice: (notice) => void process.stderr.write(noticeText(notice)),
    })
    if (outcome === null) return EXIT.unable
    const { answered, waitedMs, ports, several } = outcome
    for (const line of outcomeLines(ports, waitedMs, textOptions(several))) say(line)
    const document = await documentText(output, () => encodeWait(outcome, clock.now()))
    if (document !== null) process.stdout.write(document)
    if (junit !== null) writeReport(junit, renderJunit(ports, waitedMs, clock.now()))
    return answered ? EXIT.fine : EXIT.fault
  } finally {
    stopped.cancel()
  }
}

/** @throws PortolanError usage */
function writeReport(file: string, text: string): void {
  try {
    const opened = openOutputFile(file)
    writeFileSync(opened, text)
    closeSync(opened)
  } catch (error) {
    if (error instanceof PortolanError) throw error
    throw new PortolanError(
      'usage',
      `the report ${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'name another file with --junit',
      error,
    )
  }
}
