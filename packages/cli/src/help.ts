import { buildInfo } from '@portolan/runtime'
import { COMMANDS } from './commands.ts'
import { wrap } from './render/words.ts'

const OPTIONS = [
  ['-V, --version', 'output the version number'],
  ['-h, --help', 'display help for command'],
] as const
const WIDTH = 80
const INDENT = '  '

/** Answers `--help`, `help` and `--version`, for which no command has to be loaded; null for all other words. */
export function answerAlone(words: readonly string[]): string | null {
  const [word = '', ...rest] = words
  if (rest.length > 0) return null
  if (['-h', '--help', 'help'].includes(word)) return helpText()
  return ['-V', '--version'].includes(word) ? `${buildInfo.version}\n` : null
}

export function helpText(): string {
  const commands = COMMANDS.map(({ name, arguments: words = [], description }) => {
    return [[name, ...words.map(({ syntax }) => syntax)].join(' '), description] as const
  })
  const rows = [...commands, ['help [command]', 'display help for command'] as const]
  const column = Math.max(...rows.map(([term]) => term.length)) + 2
  const list = (entries: readonly (readonly [term: string, description: string])[]) =>
    entries.flatMap(([term, description]) =>
      wrap(description, WIDTH - INDENT.length - column).map(
        (line, index) => `${INDENT}${(index === 0 ? term : '').padEnd(column)}${line}`,
      ),
    )
  return [
    'Usage: portolan [options] [command]',
    '',
    ...wrap(
      'Shows which ports into your Kubernetes dev clusters can be reached, when that changed, and why, with the fix.',
      WIDTH,
    ),
    '',
    'Options:',
    ...list(OPTIONS),
    '',
    'Commands:',
    ...list(rows),
    '',
    'Exit codes: 0 fine, 1 a fault in the cluster, 2 wrong usage or configuration, 3 Portolan itself could not work.',
    '',
  ].join('\n')
}
