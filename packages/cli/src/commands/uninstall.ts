import { EXIT, printableLines } from '@portolan/core'
import type { Command } from 'commander'
import { findNamespace, findWay, type WayFlags } from '../install/find.ts'
import { planUninstall } from '../install/plan.ts'
import { planText } from '../install/text.ts'
import { requireTools, runSteps } from '../tools.ts'
import type { End } from '../end.ts'

type Flags = WayFlags & { dryRun?: boolean }

export function defineUninstall(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'the kind cluster (default: the only one)')
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'the context to use instead of kind-CLUSTER')
    .option('--dry-run', 'print the commands, and change nothing')
    .action(async (flags: Flags) => {
      await uninstall(flags, process.env)
      end(EXIT.fine)
    })
}

async function uninstall(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  requireTools(['helm', 'kubectl', ...(flags.cluster === undefined ? ['kind'] : [])], env)
  const way = await findWay(flags, env)
  await findNamespace(way, env) // so that the error about a cluster that cannot be reached is ours
  const steps = planUninstall(way)
  process.stdout.write(
    printableLines(planText(`To remove Portolan from cluster ${way.cluster} (context ${way.context}):`, steps)),
  )
  if (flags.dryRun === true) return
  await runSteps(steps, env)
}
