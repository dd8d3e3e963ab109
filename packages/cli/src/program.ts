import { EXIT, type ExitCode, printableLines } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { Command, CommanderError } from 'commander'
import type { End } from './end.ts'
import { addCheck } from './commands/check.ts'
import { addCollector } from './commands/collector.ts'
import { addDemo } from './commands/demo.ts'
import { addExplain } from './commands/explain.ts'
import { addIncidents } from './commands/incidents.ts'
import { addInstall } from './commands/install.ts'
import { addNote } from './commands/note.ts'
import { addProber } from './commands/prober.ts'
import { addRecord } from './commands/record.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addStart } from './commands/start.ts'
import { addTimeline } from './commands/timeline.ts'
import { addUninstall } from './commands/uninstall.ts'
import { addWait } from './commands/wait.ts'
import { addWatch } from './commands/watch.ts'
import { failureText, exitCodeOf } from './failure.ts'

/** Runs one command line and answers the process's exit code: see docs of EXIT. Never rejects. */
export async function runCommandLine(words: string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
    process.stderr.write(failureText(error, process.env.DEBUG !== undefined))
    return exitCodeOf(error)
  }
}

function createProgram(end: End): Command {
  const program = new Command('portolan')
    .description(
      'Tells which host ports into your kind clusters can be reached, when that changed, and why, with the fix.',
    )
    .version(buildInfo.version, '-V, --version')
    .configureOutput({ writeErr: (text) => void process.stderr.write(printableLines(text)) })
    .showHelpAfterError('(portolan COMMAND --help tells the options)')
    .exitOverride()
    .addHelpText('after', EXIT_CODES)
  for (const add of [
    addWatch,
    addExplain,
    addIncidents,
    addTimeline,
    addReport,
    addNote,
    addRecord,
    addReplay,
    addCheck,
    addWait,
    addDemo,
    addCollector,
    addProber,
    addInstall,
    addUninstall,
    addStart,
  ])
    add(program, end)
  for (const command of program.commands) {
    command
      .exitOverride()
      .showHelpAfterError('(add --help to see the options)')
      .showSuggestionAfterError()
      .option('--debug', 'tell on standard error what goes on, and where a fault came from')
      .on('option:debug', () => {
        process.env.DEBUG = '1'
      })
  }
  return program
}

const EXIT_CODES = `
Exit codes: 0 fine, 1 a fault in the cluster, 2 wrong usage or configuration, 3 Portolan itself could not work.`
