import { EXIT, printableLines } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import type { Command } from 'commander'
import {
  findChart,
  findImage,
  findIpv6Only,
  findNamespace,
  findInstalled,
  findWay,
  namesRegistry,
  type WayFlags,
} from '../install/find.ts'
import { planInstall } from '../install/plan.ts'
import { type InstallFlags, readInstallSettings } from '../install/settings.ts'
import { lookText, planText } from '../install/text.ts'
import { requireTools, runSteps } from '../tools.ts'
import type { End } from '../end.ts'

type Flags = InstallFlags & WayFlags & { dryRun?: boolean }

export function defineInstall(command: Command, end: End): void {
  const gather = (one: string, all: string[]) => [...all, one]
  command
    .option('-c, --cluster <name>', 'the kind cluster (default: the only one)')
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'the context to use instead of kind-CLUSTER')
    .option(
      '--image <name>',
      `the image (default: for a release, its own image in the registry; else portolan:${buildInfo.version})`,
    )
    .option('--no-load', 'do not load the image onto the nodes: they have it, or pull it')
    .option('-f, --values <file>', 'values of the chart, as for helm; repeatable', gather, [])
    .option('--set <key=value>', 'a value of the chart, as for helm; repeatable', gather, [])
    .option('--dry-run', 'check the requirements, print the commands, and change nothing')
    .action(async (flags: Flags) => {
      await install(flags, process.env)
      end(EXIT.fine)
    })
}

/** Looks for everything before it changes anything. */
async function install(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const asked = readInstallSettings(flags)
  const chart = findChart()
  const settings = { ...asked, load: asked.load && (asked.chosenImage !== null || !namesRegistry(chart)) }
  const needsKind = settings.load || flags.cluster === undefined
  requireTools(['helm', 'kubectl', ...(needsKind ? ['kind'] : []), ...(settings.load ? ['docker'] : [])], env)
  const way = await findWay(flags, env)
  const imageId = settings.load ? await findImage(settings.image, env) : null
  const hasNamespace = await findNamespace(way, env)
  const installed = await findInstalled(way, env)
  const isIpv6Only = await findIpv6Only(way, env)

  const steps = planInstall(way, settings, { chart, imageId, hasNamespace, isIpv6Only, installed })
  process.stdout.write(
    printableLines(planText(`To install Portolan in cluster ${way.cluster} (context ${way.context}):`, steps)),
  )
  if (flags.dryRun === true) return
  await runSteps(steps, env)
  process.stdout.write(printableLines(lookText(way)))
}
