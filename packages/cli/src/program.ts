import { EXIT, type ExitCode, printableLines } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { Command, CommanderError } from 'commander'
import { COMMANDS } from './commands.ts'
import type { End } from './end.ts'
import { failureText, exitCodeOf } from './failure.ts'
import { helpText } from './help.ts'

/** Runs one command line and answers the process's exit code: see docs of EXIT. Never rejects. */
export async function runCommandLine(words: string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine
  const given = withoutHelpCommand(words)
  try {
    const program = await createProgram(given[0], (code) => {
      exitCode = code
    })
    await program.parseAsync(given, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
    process.stderr.write(failureText(error, process.env.DEBUG !== undefined))
    return exitCodeOf(error)
  }
}

/** Of the command that is asked for all options are there, of the others the name alone: that loads what they need. */
async function createProgram(asked: string | undefined, end: End): Promise<Command> {
  const program = new Command('portolan')
    .version(buildInfo.version, '-V, --version')
    .configureOutput({ writeErr: (text) => void process.stderr.write(printableLines(text)) })
    .showHelpAfterError('(portolan COMMAND --help lists the options)')
    .exitOverride()
  program.helpInformation = helpText
  for (const { name, description, arguments: words = [], load } of COMMANDS) {
    const command = program.command(name).description(description)
    for (const { syntax, description: meaning, standard } of words) command.argument(syntax, meaning, standard)
    command.exitOverride().showHelpAfterError('(add --help to see the options)').showSuggestionAfterError()
    if (name !== asked) continue
    const define = await load()
    define(command, end)
    command.option('--debug', 'verbose log and stack traces on standard error').on('option:debug', () => {
      process.env.DEBUG = '1'
    })
  }
  return program
}

/** `help check` is `check --help`: only a command that is about to run has its options. */
function withoutHelpCommand([first, ...rest]: string[]): string[] {
  if (first === undefined) return []
  return first === 'help' && rest.length > 0 ? [...rest, '--help'] : [first, ...rest]
}
