import { readDuration } from '@portolan/base'
import { EXIT, type ExitCode } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import type { WhyDocument } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { addOutputOptions, documentText, type OutputFlags } from '../render/document.ts'
import { styleFor } from '../render/style.ts'
import { clockText } from '../render/words.ts'
import { sayDemo } from '../running/asked.ts'
import { createFaults, NO_WITNESS, readAnyAccess, repeated } from '../settings.ts'
import { askWhy, type WhyQuestion } from '../why/ask.ts'
import { whyLines } from '../why/text.ts'

interface WhyFlags extends OutputFlags {
  for: string
  cluster: string[]
  kubeconfig?: string
  context?: string
  state?: string
  page?: string
  witness?: boolean
}

export function defineWhy(command: Command, end: End): void {
  addOutputOptions(command, 'why')
    .option('--for <duration>', 'without a running watch, watch the port for this long at most', '10s')
    .option('-c, --cluster <name>', 'watch this cluster, even if a watch or demo already runs; repeatable', repeated)
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option(
      '--context <name>',
      'any cluster of the kubeconfig, by its context, with its ports at the addresses of its nodes; with one --cluster: the context to use instead of kind-CLUSTER',
    )
    .option('--state <folder>', 'read the state folder of a watch instead of asking the running Portolan')
    .option('--page <url>', 'ask the Portolan with this page, e.g. at the address that portolan page prints')
    .option('--no-witness', NO_WITNESS)
    .addHelpText(
      'after',
      '\nPORT may also be a host behind an edge proxy, e.g. shop.localhost or 80/shop.localhost/api.\nExit code 0 if it answers, 1 if it does not, 2 if there is no such port, 3 if Portolan cannot say.',
    )
    .action(async (port: string, flags: WhyFlags) => {
      const why = await askWhy(readQuestion(port, flags), {
        env: process.env,
        clock: systemClock,
        signal: new AbortController().signal,
        time: clockText,
        onDemo: sayDemo,
      })
      const width = Math.max(60, Math.min(120, process.stdout.columns ?? 100))
      const text = await documentText(flags, () => why)
      const lines = () => whyLines(why, { width, style: styleFor(process.stdout, process.env) }).join('\n')
      process.stdout.write(text ?? `${lines()}\n`)
      end(exitCodeOf(why))
    })
}

/** @throws PortolanError usage with every fault */
export function readQuestion(port: string, flags: WhyFlags): WhyQuestion {
  const faults = createFaults()
  const forMs = readDuration(flags.for)
  if (forMs === null || forMs <= 0 || forMs > LONGEST_MS)
    faults.add(`--for is "${flags.for}", expected a duration such as 10s, of at most 10 minutes`)
  const access = readAnyAccess(flags, faults)
  const { page = null, state = null } = flags
  if (page !== null && !/^https?:$/.test(URL.parse(page)?.protocol ?? ''))
    faults.add(`--page is "${page}", expected an address such as http://127.0.0.1:9464`)
  if (page !== null && state !== null) faults.add('--page and --state name two sources: give one of them')
  faults.check('why')
  return { name: port, forMs: forMs ?? 0, asksPods: flags.witness !== false, access, state, page }
}

const LONGEST_MS = 600_000

function exitCodeOf({ state }: WhyDocument): ExitCode {
  if (state === 'up' || state === 'by_design') return EXIT.fine
  return state === 'unknown' ? EXIT.unable : EXIT.fault
}
