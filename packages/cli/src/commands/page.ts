import { EXIT, printable, printableLines } from '@portolan/core'
import { createKubeClient } from '@portolan/kube'
import { createLogger, systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { pageToOpen } from '../page-key.ts'
import { findInstallation } from '../page/find-installation.ts'
import { startForward } from '../page/forward.ts'
import { openBrowser } from '../page/open-browser.ts'
import { openOwnSession } from '../page/own-session.ts'
import { type AnyAccess, createFaults, readAnyAccess, readName } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'

interface PageFlags {
  cluster?: string
  kubeconfig?: string
  context?: string
  namespace: string
  service: string
  tls: boolean
  annotate?: boolean
  port: string
  open: boolean
}

interface PagePlan extends AnyAccess {
  namespace: string
  service: string
  tls: boolean
  account: 'portolan-viewer' | 'portolan-annotator'
  port: number
  opens: boolean
}

/** Of the collector's pod. */
const PAGE_PORT = 9464

export function definePage(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'the cluster (default: the only one of this machine)')
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'the context that leads to it, for any cluster')
    .option('--namespace <name>', 'where Portolan is installed', 'portolan')
    .option('--service <name>', "the collector's Service", 'portolan-collector')
    .option(
      '--no-tls',
      'the collector speaks no TLS (value collector.tls=off of the chart): the server that answers is not verified',
    )
    .option('--annotate', 'allow notes as well: with a token of portolan-annotator instead of portolan-viewer')
    .option('--port <number>', 'the port of this machine, on 127.0.0.1; 0 for any free port', '0')
    .option('--no-open', 'only print the address, and open no browser')
    .addHelpText('after', '\nIt runs until Ctrl-C, and finds the collector again when its pod moves.')
    .action(async (flags: PageFlags) => {
      await showPage(readPagePlan(flags), process.env)
      end(EXIT.fine)
    })
}

/** Validates all options and reports every fault at once. @throws PortolanError usage */
export function readPagePlan(flags: PageFlags): PagePlan {
  const faults = createFaults()
  const { cluster, kubeconfig, context, tls } = flags
  const access = readAnyAccess({ cluster: cluster === undefined ? [] : [cluster], kubeconfig, context }, faults)
  const namespace = readName('namespace', flags.namespace, faults)
  const service = readName('service', flags.service, faults)
  const port = /^\d{1,5}$/.test(flags.port) ? Number(flags.port) : Number.NaN
  if (!(port <= 65_535)) faults.add(`--port is "${flags.port}", expected a number up to 65535, 0 for a free port`)
  faults.check('page')
  const account = flags.annotate === true ? 'portolan-annotator' : 'portolan-viewer'
  return { ...access, namespace, service, tls, account, port, opens: flags.open }
}

async function showPage(plan: PagePlan, env: NodeJS.ProcessEnv): Promise<void> {
  const { namespace, service, tls, account, port } = plan
  const stopped = untilStopped(systemClock, null)
  try {
    const { cluster, access } = await findInstallation(plan, env)
    const log = createLogger({ level: env['DEBUG'] === undefined ? 'silent' : 'debug', to: 'stderr' })
    const client = createKubeClient({ access, clock: systemClock, log })
    const connect = () => client.connectToService({ namespace, service, port: PAGE_PORT, tls })
    const first = await connect()
    first.destroy()
    const forward = await startForward({ port, connect, onLed: createFaultWords() })
    let forget = () => {}
    try {
      const place = { address: forward.url, namespace, context: access.context, account }
      const own = await openOwnSession(client, place)
      if (own.session === null) process.stderr.write(printableLines(`${own.why}\n`))
      const address = own.session === null ? `${forward.url}/` : pageToOpen(`${forward.url}/`, own.session)
      process.stdout.write(
        `${printable(`Page of the collector in cluster ${cluster}: ${address}`)}\n(Ctrl-C to quit)\n`,
      )
      if (plan.opens) forget = openBrowser(address, env, process.platform)
      await stopped.promise
    } finally {
      forget()
      await forward.stop()
    }
  } finally {
    stopped.cancel()
  }
}

/** Says on standard error why nothing leads to the collector, once each, and when something does again. */
function createFaultWords(): (fault: string | null) => void {
  let said: string | null = null
  return (fault) => {
    if (fault === said) return
    said = fault
    const words = fault === null ? 'The collector answers again.' : `The collector cannot be reached: ${fault}`
    process.stderr.write(`${printable(words)}\n`)
  }
}
