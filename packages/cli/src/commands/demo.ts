import { mkdtempSync, rmSync } from 'node:fs'
import { readDuration } from '@portolan/base'
import type { HubLink } from '@portolan/collector'
import { commandText, EXIT, type ExitCode, printable } from '@portolan/core'
import { createPracticeCluster, prepareScenario, runScenario, SCENARIOS, type Scenario } from '@portolan/practice'
import { createLogger, systemClock, type Listen } from '@portolan/runtime'
import type { Command } from 'commander'
import { chooseReporter } from '../choose-reporter.ts'
import { portInUse } from '../running/port-in-use.ts'
import { applyFix } from '../demo/apply-fix.ts'
import { fixInvitation, invitation } from '../demo/invitation.ts'
import type { FleetDemoPlan } from '../demo/fleet/run.ts'
import { judgeDemo, noteIncident, type SaidIncident, seenLine, summaryLines } from '../demo/summary.ts'
import { addHubOptions, type HubFlags, readHub } from '../hub-link.ts'
import { createLive, type Live } from '../live.ts'
import type { End } from '../end.ts'
import { seededRandom } from '../random.ts'
import { type Notice, noticeText } from '../render/notice.ts'
import { wrap } from '../render/words.ts'
import { pageKeys } from '../page-key.ts'
import { announceRunning, DEMO_FOLDER } from '../running/announce.ts'
import { demoEnvironment } from '../running/asked.ts'
import { createFaults, DEFAULT_LISTEN, type Faults, readListen } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import { createWatchSession, vantagesOf } from '../watch-session.ts'

interface DemoFlags extends HubFlags {
  for?: string
  seed?: string
  json?: boolean
  list?: boolean
  listen?: string
}

export interface DemoPlan {
  scenario: Scenario
  forMs: number | null
  seed: number
  json: boolean
  listen: Listen | null
  hub: HubLink | null
}

export function defineDemo(command: Command, end: End): void {
  addHubOptions(command)
    .option(
      '--for <duration>',
      'end after this time, e.g. 60s, with a summary; exit code 0 only if each verdict was right',
    )
    .option('--seed <number>', 'repeat the random choices of an earlier run, which printed this seed')
    .option('--json', 'one JSON object per change; the narration goes to standard error')
    .option('--list', 'list the scenarios')
    .option(
      '--listen <address>',
      `HOST:PORT of the page, the API and the metrics, or off (default: ${DEFAULT_LISTEN}, else any free port)`,
    )
    .action(async (name: string, flags: DemoFlags) => {
      if (flags.list === true) {
        for (const { name: one, about } of SCENARIOS) process.stdout.write(`${one.padEnd(18)}${about}\n`)
        return
      }
      end(await demo(readDemoPlan(name, flags)))
    })
    .command('fix')
    .description('run the fix of the dark port on the practice cluster of the running demo')
    .exitOverride()
    .action(async () => end(await applyFix(process.env)))
  command
    .command('fleet')
    .description('run five practice clusters under one hub on PostgreSQL, and kill one of its two replicas')
    .exitOverride()
    .option('--for <duration>', 'end after this time, e.g. 60s; exit code 0 only if each outage is on the hub, once')
    .option('--seed <number>', 'repeat the random choices of an earlier run, which printed this seed')
    .option('--listen <address>', `HOST:PORT of the page (default: ${DEFAULT_LISTEN}, else any free port)`)
    // Its options are those of the demo, which takes them wherever they stand.
    .action(async (_: object, { parent }: Command) => {
      const plan = readFleetDemoPlan(parent?.opts<DemoFlags>() ?? {})
      const { demoFleet } = await import('../demo/fleet/run.ts')
      end(await demoFleet(plan))
    })
}

/** @throws PortolanError usage with every fault */
export function readDemoPlan(name: string, flags: DemoFlags): DemoPlan {
  const faults = createFaults()
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (scenario === undefined)
    faults.add(`there is no scenario "${name}", expected one of ${SCENARIOS.map((one) => one.name).join(', ')}`)
  const common = readCommon(flags, faults)
  // What a demo has for a hub goes with it.
  const hub = readHub(flags, { env: process.env }, faults)
  faults.check('demo')
  return {
    scenario: scenario as Scenario,
    ...common,
    json: flags.json === true,
    hub: hub === null ? null : { ...hub, spool: null },
  }
}

/** @throws PortolanError usage with every fault */
export function readFleetDemoPlan(flags: DemoFlags): FleetDemoPlan {
  const faults = createFaults()
  const { listen, ...common } = readCommon(flags, faults)
  if (flags.json === true) faults.add('--json is only for the demo of one cluster')
  if (flags.hub !== undefined) faults.add('--hub is only for the demo of one cluster: the fleet has a hub of its own')
  if (listen === null) faults.add('--listen is off, but the demo of a fleet needs its page')
  faults.check('demo')
  return { ...common, listen: listen as Listen }
}

/** What the demos of one cluster and of a fleet have in common. */
function readCommon(flags: DemoFlags, faults: Faults): Pick<DemoPlan, 'forMs' | 'seed' | 'listen'> {
  const forMs = flags.for === undefined ? null : readDuration(flags.for)
  if (flags.for !== undefined && (forMs === null || forMs <= 0))
    faults.add(`--for is "${flags.for}", expected a duration, e.g. 60s`)
  const seed = flags.seed === undefined ? Date.now() % 100_000 : Number(flags.seed)
  if (!Number.isInteger(seed) || seed < 0) faults.add(`--seed is "${flags.seed}", expected a whole number`)
  const listen = readListen(flags.listen ?? DEFAULT_LISTEN)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  return { forMs, seed, listen: listen ? { ...listen, orAny: flags.listen === undefined } : null }
}

/** The longest that a timer can wait: 24 days. */
const LONGEST_MS = 2 ** 31 - 1
/** What a demo keeps goes with it; until then it is no burden to the disk for temporary files. */
const RETENTION = { factsMs: 24 * 3_600_000, historyMs: 24 * 3_600_000, bytes: 64 * 1024 * 1024 }

/** @param first what to say before all else */
export async function demo(plan: DemoPlan, first?: string): Promise<ExitCode> {
  const clock = systemClock
  const stopped = untilStopped(clock, null)
  const over = new AbortController()
  const leave = () => over.abort()
  stopped.promise.then(leave, leave)
  const folder = mkdtempSync(DEMO_FOLDER)
  const { scenario } = plan
  const cluster = createPracticeCluster({
    name: 'practice',
    nodes: scenario.nodes,
    orAnyHostPort: true,
    folder,
    clock,
    random: seededRandom(plan.seed),
  })
  const said: Notice[] = []
  const narration: string[] = []
  const isTable = !plan.json && process.stdout.isTTY === true
  const heading = `Practice cluster, scenario ${scenario.name} (seed ${plan.seed}): ${scenario.about}. To list its pods:`
  const kubectl = commandText(['kubectl', `--kubeconfig=${cluster.kubeconfig}`, 'get', 'pods', '--output=wide'])
  const above = (width: number) => [
    ...wrap(heading, width),
    kubectl,
    ...said.flatMap(({ text, command }) => [...wrap(text, width), ...(command === undefined ? [] : [command])]),
    ...narration.slice(-4).flatMap((line) => wrap(`> ${line}`, width)),
  ]
  const reporter = chooseReporter({ json: plan.json, clock, live: () => live, above })
  const incidents = new Map<string, SaidIncident>()
  const live: Live = createLive({
    env: demoEnvironment(process.env, cluster.engineSocket),
    kubeconfig: cluster.kubeconfig,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: folder,
    access: { keys: pageKeys(folder, null), isPrivate: false },
    retention: RETENTION,
    listen: plan.listen,
    only: ['practice'],
    intervalMs: 1000,
    asksPods: true,
    hub: plan.hub,
    onChange(change) {
      session.count(change)
      if ('incident' in change) noteIncident(incidents, change.incident)
      reporter.change(change)
    },
    onNotice: reporter.notice,
  })
  const session = createWatchSession({ live, reporter, clock })
  const out = plan.json ? process.stderr : process.stdout
  const narrate = (line: string) => {
    narration.push(line)
    if (!isTable) out.write(`> ${line}\n`)
  }
  const invite = (notice: Notice) => {
    said.splice(0, said.length, notice)
    if (!isTable) out.write(noticeText(notice))
  }
  let withdraw: (() => void) | null = null
  try {
    if (first !== undefined) process.stderr.write(`${printable(first)}\n`)
    if (!isTable) process.stderr.write(`${heading}\n${kubectl}\n`)
    await cluster.start()
    await prepareScenario(cluster, scenario, over.signal)
    await live.start()
    withdraw = announceRunning(
      {
        kind: 'demo',
        pid: process.pid,
        startedAt: clock.now(),
        state: folder,
        page: live.page,
        kubeconfig: cluster.kubeconfig,
        engineSocket: cluster.engineSocket,
      },
      process.env,
    )
    session.begin(vantagesOf(live.collector.targets()))
    for (const text of cluster.notices) reporter.notice({ text })
    const script = process.argv[1] ?? ''
    const [port] = live.collector.targets()
    if (withdraw === null) reporter.notice({ text: 'Without a home folder no other command finds this demo.' })
    else if (port !== undefined) invite(invitation(port.hostPort, process.env, script))
    const result = await runScenario(cluster, scenario, {
      clock,
      forMs: plan.forMs ?? LONGEST_MS,
      signal: over.signal,
      onNarration: narrate,
      ...(plan.forMs === null ? { onLeisure: () => invite(fixInvitation(process.env, script)) } : {}),
    })
    const tally = session.end()
    const verdict = judgeDemo(result, [...incidents.values()], clock.now())
    const { moves } = result
    if (plan.forMs === null || over.signal.aborted) {
      out.write(`${seenLine(verdict, [...incidents.values()], moves)}\n`)
      return EXIT.fine
    }
    out.write(`${summaryLines(verdict, { scenario: scenario.name, moves, reportedMoves: tally.moves }).join('\n')}\n`)
    return verdict.wrong.length === 0 ? EXIT.fine : EXIT.fault
  } catch (error) {
    if (over.signal.aborted) return EXIT.fine
    throw portInUse(error, process.env)
  } finally {
    stopped.cancel()
    withdraw?.()
    await live.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
