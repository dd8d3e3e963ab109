import { pause } from '@portolan/base'
import { EXIT, type ExitCode, PortolanError, printableAll, type TargetView } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeTargets } from '@portolan/wire'
import { type Command, Option } from 'commander'
import type { End } from '../end.ts'
import { portsCalled } from '../one-port.ts'
import { readPortName } from '../port-name.ts'
import { documentText } from '../render/document.ts'
import { type Style, styleFor } from '../render/style.ts'
import { targetTable } from '../render/table.ts'
import { findRunning } from '../running/folder.ts'
import { seenNow } from '../seen-now.ts'
import { STATE_OF_READERS } from '../settings.ts'
import { hasPorts, lastSeen, withStore } from '../stored.ts'
import { untilStopped } from '../until-stopped.ts'

const OUTPUTS = ['text', 'wide', 'json', 'yaml'] as const

interface PortsFlags {
  output: (typeof OUTPUTS)[number]
  watch?: boolean
  state?: string
}

const LOOK_EVERY_MS = 1000
/** Columns where no terminal cuts a line. */
const UNCUT = 2000

export function definePorts(command: Command, end: End): void {
  command
    .addOption(
      new Option('-o, --output <format>', 'wide: more columns; json, yaml: one document, see docs/schema/targets.json')
        .choices(OUTPUTS)
        .default('text'),
    )
    .option('-w, --watch', 'print the table again with each change, until Ctrl-C; needs a running watch or demo')
    .option('--state <folder>', STATE_OF_READERS)
    .addHelpText('after', '\nExit code 1 if one of them is dark or flapping, else 0.')
    .action(async (names: string[], flags: PortsFlags) => {
      if (flags.watch === true) return end(await follow(names, flags))
      const targets = chosen(await targetsNow(names, flags), names)
      await print(targets, flags)
      end(exitCodeOf(targets))
    })
}

async function targetsNow(names: readonly string[], { state }: PortsFlags): Promise<TargetView[]> {
  const clock = systemClock
  if (state === undefined && findRunning(process.env).length === 0) {
    const world = { env: process.env, clock, asksPods: false }
    return (await seenNow(world, new AbortController().signal)).targets
  }
  const has = (store: Parameters<typeof hasPorts>[0]) => hasPorts(store, names)
  return withStore({ state, has }, async (store) => (await lastSeen(store, clock.now())).ports)
}

/** Those of these names, all where there are none. @throws PortolanError usage for a port that is not known */
function chosen(targets: readonly TargetView[], names: readonly string[]): TargetView[] {
  if (names.length === 0) return [...targets]
  return [...new Set(names.flatMap((name) => portsCalled(targets, readPortName(name))))]
}

async function print(targets: TargetView[], flags: PortsFlags): Promise<void> {
  const { output } = flags
  const document = output === 'json' || output === 'yaml' ? { output } : {}
  const text = await documentText(document, () => encodeTargets(targets))
  process.stdout.write(
    text ?? `${portLines(targets, output === 'wide', styleFor(process.stdout, process.env)).join('\n')}\n`,
  )
}

function portLines(targets: TargetView[], wide: boolean, style: Style): string[] {
  if (targets.length === 0) return ['No port is mapped, and no load balancer has an address.']
  const width = wide ? UNCUT : (process.stdout.columns ?? UNCUT)
  return targetTable(printableAll(targets), { now: systemClock.now(), width, rows: UNCUT, style, wide })
}

function exitCodeOf(targets: readonly TargetView[]): ExitCode {
  return targets.some(({ state }) => state === 'down' || state === 'flapping') ? EXIT.fault : EXIT.fine
}

/** Until a person ends it, or the Portolan that is asked ends. */
async function follow(names: readonly string[], flags: PortsFlags): Promise<ExitCode> {
  if (flags.output === 'json' || flags.output === 'yaml')
    throw new PortolanError(
      'usage',
      `--watch prints tables, not ${flags.output}`,
      'portolan watch --json prints one JSON object per change',
    )
  if (flags.state === undefined && findRunning(process.env).length === 0)
    throw new PortolanError(
      'usage',
      'no portolan watch runs whose ports could be followed',
      'start portolan watch, which shows the table live (or portolan demo)',
    )
  const clock = systemClock
  const stopped = untilStopped(clock, null)
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  stopped.promise.then(leave, leave)
  const has = (store: Parameters<typeof hasPorts>[0]) => hasPorts(store, names)
  try {
    return await withStore({ state: flags.state, has }, async (store) => {
      let shown = ''
      while (!leaving.signal.aborted) {
        const { ports, looks } = await lastSeen(store, clock.now())
        const targets = chosen(ports, names)
        const news = JSON.stringify(targets.map(lookOf))
        if (news !== shown) {
          if (shown !== '') process.stdout.write('\n')
          await print(targets, flags)
        }
        shown = news
        if (ports.length > 0 && ports.every(({ cluster }) => looks.has(cluster))) {
          process.stderr.write('portolan: the watch that was followed has ended\n')
          return EXIT.unable
        }
        await pause(clock, LOOK_EVERY_MS, leaving.signal)
      }
      return EXIT.fine
    })
  } finally {
    stopped.cancel()
  }
}

/** What makes a table worth printing again: counts and ages alone do not. */
function lookOf({ cluster, id, state, cause, service, node, pods, degraded, darkProbability }: TargetView) {
  const where = pods.filter(({ serves }) => serves).map((pod) => pod.node)
  return { cluster, id, state, cause, service, node, where, degraded, darkProbability }
}
