import { EXIT, type ExitCode, PortolanError, printableLines } from '@portolan/core'

/** What a person reads when a command fails: what and where, then what to do. */
export function failureText(error: unknown, debug: boolean): string {
  if (error instanceof PortolanError)
    return `portolan: ${below(error.message)}\n${indent(error.hint)}${debug ? stack(error) : ''}`
  const text = Error.isError(error) ? error.message : String(error)
  return `portolan: this should not have happened: ${below(text)}\n${
    debug ? stack(error) : indent('run it again with --debug to see where, and please report it')
  }`
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof PortolanError ? error.exitCode : EXIT.unable
}

/** Every line after the first is indented: none of them can pass for a message of its own. */
function below(text: string): string {
  return printableLines(text).replaceAll(/\n(?! {2})/g, '\n  ')
}

function indent(text: string): string {
  return text === '' ? '' : `${printableLines(text).replaceAll(/^/gm, '  ')}\n`
}

function stack(error: unknown): string {
  return Error.isError(error) ? `${printableLines(error.stack ?? '')}\n` : ''
}
