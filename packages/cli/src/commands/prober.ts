import { EXIT, type ExitCode } from '@portolan/core'
import { announceIn, announceTo, createHostService, type HostServiceOptions } from '@portolan/prober'
import { createLogger, runUntilSignal, steadyClock, systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { stateFolderOf } from '../state-folder.ts'
import { createFaults, readAccess, readListen, readName, repeated } from '../settings.ts'

interface ProberFlags {
  cluster?: string[]
  kubeconfig?: string
  context?: string
  namespace: string
  service: string
  tls: boolean
  state?: string
  listen: string
}

type ProberPlan = Omit<HostServiceOptions, 'env' | 'clock' | 'log' | 'announce'>

export function defineProber(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'only this cluster; repeatable', repeated)
    .option('--kubeconfig <file>', 'the file with the access to the clusters (default: $KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'the context to use instead of kind-CLUSTER; needs one --cluster')
    .option('--namespace <name>', 'where Portolan is installed', 'portolan')
    .option('--service <name>', "the collector's Service", 'portolan-collector')
    .option('--no-tls', 'the collector speaks no TLS (value collector.tls=off of the chart)')
    .option('--state <folder>', 'where to keep results that wait for a collector (default: $XDG_STATE_HOME/portolan)')
    .option('--listen <address>', "HOST:PORT of the prober's own metrics and health, or off", 'off')
    .addHelpText('after', '\nIt runs until it is stopped; portolan install puts the collector into a cluster.')
    .action(async (flags: ProberFlags) => end(await prober(readProberPlan(flags, process.env))))
}

/** Validates all options and reports every fault at once. @throws PortolanError usage, store_unusable */
export function readProberPlan(flags: ProberFlags, env: NodeJS.ProcessEnv): ProberPlan {
  const faults = createFaults()
  const listen = readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const namespace = readName('namespace', flags.namespace, faults)
  const service = readName('service', flags.service, faults)
  const access = readAccess(flags, faults)
  faults.check('prober')
  return {
    ...access,
    namespace,
    service,
    tls: flags.tls,
    state: stateFolderOf(flags.state, env),
    listen: listen ?? null,
  }
}

/** Tells a person in lines, a journal in JSON. */
async function prober(plan: ProberPlan): Promise<ExitCode> {
  const { stdout, env } = process
  const isRead = stdout.isTTY === true
  const level = env.DEBUG === undefined ? 'info' : 'debug'
  const log = createLogger({ level: isRead && env.DEBUG === undefined ? 'error' : level, to: 'stdout' })
  const announce = isRead ? announceTo(stdout, systemClock) : announceIn(log)
  await runUntilSignal(() => createHostService({ ...plan, env, clock: steadyClock, log, announce }))
  return EXIT.fine
}
