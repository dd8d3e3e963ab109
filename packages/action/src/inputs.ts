import { PortolanError } from '@portolan/core'

export interface CheckOrder {
  command: 'check'
  /** The words of `portolan check`, without its format. */
  words: string[]
  comment: boolean
  /** Where the SARIF goes. */
  sarif: string
}

export interface WaitOrder {
  command: 'wait'
  words: string[]
}

/** What the step is to do, and where the runner says and takes what. */
export interface Order {
  run: CheckOrder | WaitOrder
  token: string
  folder: string
  /** Files to append to; null where there is no runner. */
  summary: string | null
  outputs: string | null
  event: { name: string; file: string | null }
  api: { url: string; repository: string }
  /** One comment a workflow and job. */
  place: string
}

/** @throws PortolanError config_invalid with every fault */
export function readOrder(env: NodeJS.ProcessEnv): Order {
  const faults: string[] = []
  const input = (name: string) => (env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim()
  const oneOf = (name: string, ...allowed: string[]) => {
    if (!allowed.includes(input(name))) faults.push(`${name} is "${input(name)}", expected ${allowed.join(' or ')}`)
    return input(name)
  }
  const event = { name: env['GITHUB_EVENT_NAME'] ?? '', file: env['GITHUB_EVENT_PATH'] ?? null }
  if (event.name === 'pull_request_target') {
    faults.push('it runs for pull_request_target, which gives the files of a stranger the rights of the repository')
  }
  const command = oneOf('command', 'check', 'wait')
  const run =
    command === 'wait'
      ? ({ command, words: waitWords(input) } as const)
      : ({
          command: 'check',
          words: checkWords(input, oneOf('render', 'true', 'false') === 'true', faults),
          comment: oneOf('comment', 'true', 'false') === 'true',
          sarif: input('sarif') || `${env['RUNNER_TEMP'] ?? '.'}/portolan.sarif`,
        } as const)
  if (faults.length > 0) {
    throw new PortolanError(
      'config_invalid',
      faults.join('\n  '),
      'see the inputs in action.yaml; run it for pull_request',
    )
  }
  return {
    run,
    token: input('token'),
    folder: env['GITHUB_WORKSPACE'] ?? '.',
    summary: env['GITHUB_STEP_SUMMARY'] ?? null,
    outputs: env['GITHUB_OUTPUT'] ?? null,
    event,
    api: { url: env['GITHUB_API_URL'] ?? '', repository: env['GITHUB_REPOSITORY'] ?? '' },
    place: `${env['GITHUB_WORKFLOW'] ?? ''}/${env['GITHUB_JOB'] ?? ''}`,
  }
}

type Input = (name: string) => string

function checkWords(input: Input, render: boolean, faults: string[]): string[] {
  const configs = linesOf(input('kind'))
  if (configs.length === 0) faults.push('kind is empty, expected a config of kind or k3d, one in a line')
  return [
    'check',
    ...configs.map((file) => `--kind=${file}`),
    ...option(input, 'name'),
    ...option(input, 'load-balancer'),
    ...option(input, 'fail-on'),
    ...(render ? ['--render'] : []),
    '--',
    ...linesOf(input('manifests')),
  ]
}

function waitWords(input: Input): string[] {
  const ports = input('ports').split(/[\s,]+/)
  const options = ['timeout', 'cluster', 'context'].flatMap((name) => option(input, name))
  return ['wait', ...options, '--', ...ports.filter((port) => port !== '')]
}

function option(input: Input, name: string): string[] {
  return input(name) === '' ? [] : [`--${name}=${input(name)}`]
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
