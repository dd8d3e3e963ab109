import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDuration } from '@portolan/base'
import { EXIT, type ExitCode, PortolanError } from '@portolan/core'
import { createLogger, systemClock } from '@portolan/runtime'
import { encodeWait } from '@portolan/wire'
import type { Command } from 'commander'
import { createLive, type Live } from '../live.ts'
import { type PortName, readPortName } from '../port-name.ts'
import type { End } from '../end.ts'
import { jsonText } from '../render/json.ts'
import { noticeText } from '../render/notice.ts'
import { styleFor } from '../render/style.ts'
import { chooseSight, sayDemo } from '../running/asked.ts'
import { type AnyAccess, createFaults, NO_WITNESS, readAnyAccess } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import { renderJunit } from '../wait/junit.ts'
import { answerLine, outcomeLines, type WaitTextOptions } from '../wait/text.ts'
import { startWaiting, type Waiting } from '../wait/waiting.ts'

interface WaitFlags {
  timeout: string
  cluster: string[]
  kubeconfig?: string
  context?: string
  junit?: string
  json?: boolean
  witness?: boolean
}

export interface WaitPlan extends AnyAccess {
  names: PortName[]
  timeoutMs: number
  junit: string | null
  json: boolean
  asksPods: boolean
}

/** Nothing else runs beside it, and each probe that fails may be the last one before the time is up. */
const INTERVAL_MS = 500

export function defineWait(command: Command, end: End): void {
  command
    .option('--timeout <duration>', 'how long to wait at most', '120s')
    .option(
      '-c, --cluster <name>',
      'only this cluster, which may still have to appear; repeats',
      (name: string, all: string[]) => [...all, name],
      [],
    )
    .option('--kubeconfig <file>', 'where the access to the cluster is (default: $KUBECONFIG, ~/.kube/config)')
    .option(
      '--context <name>',
      'a cluster by its context: any cluster, its ports at the addresses of its nodes; with one --cluster the context to use instead of kind-CLUSTER',
    )
    .option('--junit <file>', 'write a JUnit report as well, a test case a port')
    .option('--json', 'one JSON document when it ends, as docs/schema/wait.json')
    .option('--no-witness', NO_WITNESS)
    .addHelpText('after', '\nExit code 0 when all of them answer, 1 when the time is up before.')
    .action(async (ports: string[], flags: WaitFlags) => end(await wait(readWaitPlan(ports, flags))))
}

/** Validates all options and tells every fault at once. @throws PortolanError usage */
export function readWaitPlan(ports: string[], flags: WaitFlags): WaitPlan {
  const faults = createFaults()
  const timeoutMs = readDuration(flags.timeout)
  if (timeoutMs === null || timeoutMs <= 0 || timeoutMs > LONGEST_MS)
    faults.add(`--timeout is "${flags.timeout}", expected a duration, as 90s or 5m, of at most 24 days`)
  const access = readAnyAccess(flags, faults)
  const why = flags.junit === undefined ? null : unwritable(flags.junit)
  if (why !== null) faults.add(`--junit is "${flags.junit}", whose folder cannot be written to (${why})`)
  faults.check('wait')
  return {
    names: ports.map(readPortName),
    timeoutMs: timeoutMs ?? 0,
    ...access,
    junit: flags.junit ?? null,
    json: flags.json === true,
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
  const clock = systemClock
  const startedAt = clock.monotonic()
  const say = (line: string) => void (plan.json || process.stdout.write(`${line}\n`))
  const { demo, ...sight } = await chooseSight(plan, plan.names, process.env)
  if (demo !== null) sayDemo(demo)
  const live: Live = createLive({
    ...sight,
    asksPods: plan.asksPods,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: null,
    listen: null,
    intervalMs: INTERVAL_MS,
    onChange: () => {},
    onNotice: (notice) => void process.stderr.write(noticeText(notice)),
  })
  const textOptions = (): WaitTextOptions => ({
    now: clock.now(),
    width: Math.max(60, Math.min(120, process.stdout.columns ?? 100)),
    style: styleFor(process.stdout, process.env),
    several: live.clusters().length > 1,
  })
  const stopped = untilStopped(clock, plan.timeoutMs)
  let waiting: Waiting | null = null
  try {
    await live.start()
    waiting = startWaiting({
      live,
      clock,
      clusters: plan.only,
      names: plan.names,
      onAnswer: (port) => say(answerLine(port, textOptions())),
    })
    const interrupted = await Promise.race([stopped.promise, waiting.answered.then(() => false)])
    if (interrupted) return EXIT.unable
    waiting.requireAll()
    const now = clock.now()
    const ports = waiting.ports()
    const waitedMs = Math.round(clock.monotonic() - startedAt)
    const answered = ports.every((port) => port.answers)
    for (const line of outcomeLines(ports, waitedMs, textOptions())) say(line)
    if (plan.json) process.stdout.write(`${jsonText(encodeWait({ answered, waitedMs, ports }, now), 2)}\n`)
    if (plan.junit !== null) writeReport(plan.junit, renderJunit(ports, waitedMs, now))
    return answered ? EXIT.fine : EXIT.fault
  } finally {
    waiting?.cancel()
    stopped.cancel()
    await live.stop()
  }
}

/** @throws PortolanError usage */
function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new PortolanError(
      'usage',
      `the report ${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'give another file by --junit',
      error,
    )
  }
}
