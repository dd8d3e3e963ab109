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
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(withoutHelpCommand(words), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
    process.stderr.write(failureText(error, process.env.DEBUG !== undefined))
    return exitCodeOf(error)
  }
}

function createProgram(end: End): Command {
  const program = new Command('portolan')
    .version(buildInfo.version, '-V, --version')
    .configureOutput({ writeErr: (text) => void process.stderr.write(printableLines(text)) })
    .showHelpAfterError('(portolan COMMAND --help tells the options)')
    .exitOverride()
  program.helpInformation = helpText
  for (const { name, description, arguments: words = [] } of COMMANDS) {
    const command = program.command(name).description(description)
    for (const { syntax, description: meaning, standard } of words) command.argument(syntax, meaning, standard)
    command.exitOverride().showHelpAfterError('(add --help to see the options)').showSuggestionAfterError()
  }
  program.hook('preSubcommand', async (_, command) => {
    const define = await COMMANDS.find(({ name }) => name === command.name())?.load()
    define?.(command, end)
    command
      .option('--debug', 'tell on standard error what goes on, and where a fault came from')
      .on('option:debug', () => {
        process.env.DEBUG = '1'
      })
  })
  return program
}

/** `help check` is `check --help`: only a command that is about to run has its options. */
function withoutHelpCommand([first, ...rest]: string[]): string[] {
  if (first === undefined) return []
  return first === 'help' && rest.length > 0 ? [...rest, '--help'] : [first, ...rest]
}
