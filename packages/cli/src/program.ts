import { EXIT, type ExitCode, printableLines } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { Command, CommanderError } from 'commander'
import { type CommandEntry, COMMANDS } from './commands.ts'
import type { End } from './end.ts'
import { exitCodeOf, printFailure } from './failure.ts'
import { helpText } from './help.ts'

/** Runs one command line and answers the process's exit code: see docs of EXIT. Never rejects. */
export async function runCommandLine(words: string[], commands = COMMANDS): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine
  const given = withoutHelpCommand(words)
  try {
    if (isCompletion(words)) return await writeNextWords(words.slice(ASKS_NEXT.length))
    const program = await createProgram(given[0], commands, (code) => {
      exitCode = code
    })
    await program.parseAsync(given, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
    printFailure(error)
    return exitCodeOf(error)
  }
}

/** How the completion script of a shell asks what may come next. */
const ASKS_NEXT = ['completion', 'next', '--']

function isCompletion(words: readonly string[]): boolean {
  return ASKS_NEXT.every((word, index) => words[index] === word)
}

async function writeNextWords(words: string[]): Promise<ExitCode> {
  const { nextWords } = await import('./completion/next-words.ts')
  const next = await nextWords(words, {
    commands: COMMANDS.map(({ name }) => name),
    async load(name) {
      const entry = COMMANDS.find((one) => one.name === name)
      return entry === undefined ? null : defineCommand(entry, () => {})
    },
    ports: async () => (await import('./completion/known-ports.ts')).knownPorts(),
  })
  process.stdout.write(next.map((word) => `${word}\n`).join(''))
  return EXIT.fine
}

const OUTPUT = { writeErr: (text: string) => void process.stderr.write(printableLines(text)) }

/** Of the command that is asked for all options are there, of the others the name alone: that loads what they need. */
async function createProgram(asked: string | undefined, commands: typeof COMMANDS, end: End): Promise<Command> {
  const program = new Command('portolan')
    .version(buildInfo.version, '-V, --version')
    .configureOutput(OUTPUT)
    .showHelpAfterError('(portolan COMMAND --help lists the options)')
    .exitOverride()
  program.helpInformation = helpText
  for (const entry of commands) {
    program.addCommand(entry.name === asked ? await defineCommand(entry, end) : announced(entry))
  }
  return program
}

/** A command with its options and its action. */
export async function defineCommand(entry: CommandEntry, end: End): Promise<Command> {
  const command = announced(entry)
  const define = await entry.load()
  define(command, end)
  return command.option('--debug', 'verbose log and stack traces on standard error').on('option:debug', () => {
    process.env.DEBUG = '1'
  })
}

/** A command by its name alone. */
function announced({ name, description, arguments: words = [] }: CommandEntry): Command {
  const command = new Command(name).description(description).configureOutput(OUTPUT)
  for (const { syntax, description: meaning, standard } of words) command.argument(syntax, meaning, standard)
  return command.exitOverride().showHelpAfterError('(add --help to see the options)').showSuggestionAfterError()
}

/** `help check` is `check --help`: only a command that is about to run has its options. */
function withoutHelpCommand([first, ...rest]: string[]): string[] {
  if (first === undefined) return []
  return first === 'help' && rest.length > 0 ? [...rest, '--help'] : [first, ...rest]
}
