import { commandText, PortolanError } from '@portolan/core'
import { TERRAFORM, terraformClusterIn } from '@portolan/manifests'
import type { CheckDocument } from '@portolan/wire'
import { type Command, Option } from 'commander'
import { bounded } from '../check/bounded.ts'
import { renderGithub } from '../check/github.ts'
import { inspect } from '../check/inspect.ts'
import type { LiveCheckInput } from '../check/inspect-live.ts'
import { renderFolder } from '../check/renderer.ts'
import { renderSarif } from '../check/sarif.ts'
import { renderSummary } from '../check/summary.ts'
import { renderText } from '../check/text.ts'
import { checkExitCode, type Threshold, THRESHOLDS } from '../check/verdict.ts'
import type { End } from '../end.ts'
import { jsonText } from '../render/json.ts'
import { createFaults, readAccess, repeated } from '../settings.ts'

const FORMATS: Record<string, (document: CheckDocument) => string> = {
  text: renderText,
  json: (document) => `${jsonText(document, 2)}\n`,
  sarif: renderSarif,
  github: renderGithub,
  summary: renderSummary,
}

interface CheckOptions {
  kind?: string[]
  live?: boolean
  drain?: string
  cluster?: string[]
  kubeconfig?: string
  context?: string
  format: string
  failOn: Threshold
  name?: string
  render?: boolean
  loadBalancer?: 'yes' | 'no'
}

export function defineCheck(command: Command, end: End): void {
  command
    .option('-k, --kind <file>', 'a config of kind or k3d; repeat it for several clusters', repeated)
    .option('--name <name>', 'the name of the cluster, instead of KIND_CLUSTER_NAME or the name in the config')
    .option('--render', 'render Helm charts and kustomizations in the folders (runs helm and kubectl)')
    .option('--live', 'look at running clusters instead of files')
    .option('--drain <node>', 'with --live: what a drain of this node would do, instead of the next reschedule')
    .option('-c, --cluster <name>', 'with --live: only this cluster; repeatable', repeated)
    .option('--kubeconfig <file>', 'with --live: the file with the access to the cluster')
    .option('--context <name>', 'with --live: the context to use instead of kind-CLUSTER; needs one --cluster')
    .addOption(
      new Option('--format <format>', 'json: see docs/schema/check.json; summary: Markdown for a job summary')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <verdict>', 'the mildest verdict that makes the exit code 1')
        .choices(THRESHOLDS)
        .default('may'),
    )
    .addOption(
      new Option(
        '--load-balancer <answer>',
        'whether something hands out addresses to Services of type LoadBalancer (default: as the files show)',
      ).choices(['yes', 'no']),
    )
    .addHelpText('after', '\nExample: helm template my-release my-chart | portolan check -k kind.yaml -')
    .action(async (manifests: string[], options: CheckOptions) => {
      const { kind = [], format, failOn } = options
      if (options.live === true) {
        const plan = readLivePlan([...kind, ...manifests], options)
        const { inspectLive } = await import('../check/inspect-live.ts')
        const document = bounded(await inspectLive(plan))
        process.stdout.write((FORMATS[format] ?? renderText)(document))
        end(checkExitCode(document, failOn))
        return
      }
      if (options.drain !== undefined) {
        throw new PortolanError(
          'usage',
          '--drain was given without --live',
          `only a running cluster can be drained: portolan check --live --drain ${commandText([options.drain])}`,
        )
      }
      if (kind.length === 0) {
        const file = await terraformClusterIn(manifests)
        throw new PortolanError(
          'usage',
          'no kind config was named',
          file === null ? 'name the config of the cluster: portolan check -k kind.yaml ...' : `${file} ${TERRAFORM}`,
        )
      }
      if ([...kind, ...manifests].filter((path) => path === '-').length > 1) {
        throw new PortolanError('usage', '- was named twice', 'standard input can be read once')
      }
      if (options.name?.startsWith('-') === true) {
        throw new PortolanError(
          'usage',
          `--name is ${options.name}`,
          'the name of a cluster begins with a letter or digit',
        )
      }
      if (options.name !== undefined && kind.length > 1) {
        throw new PortolanError(
          'usage',
          `--name was given for ${kind.length} kind configs`,
          'it names one cluster: check the configs one by one, or write a name into each',
        )
      }
      const arch = process.arch === 'x64' ? 'amd64' : process.arch
      const reading = {
        stdin: () => process.stdin,
        check: commandText(['portolan', 'check', ...kind.flatMap((file) => ['-k', file]), ...nameWords(options), '-']),
        render: options.render === true ? renderFolder : null,
      }
      const loadBalancers = options.loadBalancer === undefined ? null : options.loadBalancer === 'yes'
      const document = bounded(
        await inspect({
          kindConfigs: kind,
          manifests,
          reading,
          name: options.name ?? null,
          kindName: kindNameOf(options, process.env),
          arch,
          loadBalancers,
        }),
      )
      process.stdout.write((FORMATS[format] ?? renderText)(document))
      end(checkExitCode(document, failOn))
    })
}

/** Source: kind, pkg/cmd/kind/create/cluster and internal/cli: the variable goes before the name in the config. */
function kindNameOf({ kind = [] }: CheckOptions, { KIND_CLUSTER_NAME: name }: NodeJS.ProcessEnv): string | null {
  return name !== undefined && name !== '' && kind.length === 1 ? name : null
}

function nameWords({ name }: CheckOptions): string[] {
  return name === undefined ? [] : ['--name', name]
}

/** @throws PortolanError usage with every fault */
function readLivePlan(files: string[], options: CheckOptions): LiveCheckInput {
  const faults = createFaults()
  if (options.name !== undefined)
    faults.add('--live looks at clusters by their own names: use --cluster instead of --name')
  if (options.render === true) faults.add('--live reads no files, so there is nothing to --render')
  if (files.length > 0) faults.add(`--live looks at running clusters and reads no files, but ${files[0]} was named`)
  const access = readAccess(options, faults)
  faults.check('check')
  return { ...access, env: process.env, drain: options.drain ?? null }
}
