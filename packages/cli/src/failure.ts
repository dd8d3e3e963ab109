import { EXIT, type ExitCode, PortolanError, printableLines } from '@portolan/core'
import { wrap } from './render/words.ts'

/** Prints on stderr, as wide as its terminal is, why a command failed. */
export function printFailure(error: unknown): void {
  process.stderr.write(failureText(error, process.env.DEBUG !== undefined, process.stderr.columns))
}

/**
 * What a person reads when a command fails: what and where, then what to do.
 *
 * @param width characters a line; endless where no terminal reads it
 */
export function failureText(error: unknown, debug: boolean, width = Infinity): string {
  if (error instanceof PortolanError)
    return `${headText(error.message, width)}${indent(hintText(error.hint, width))}${debug ? stack(error) : ''}`
  const text = Error.isError(error) ? error.message : String(error)
  return `${headText(`this should not have happened: ${text}`, width)}${
    debug ? stack(error) : indent('run it again with --debug to see where, and please report it')
  }`
}

function headText(message: string, width: number): string {
  return `${below(
    printableLines(`portolan: ${message}`)
      .split('\n')
      .flatMap((line) => wrap(line, width - 2))
      .join('\n'),
  )}\n`
}

/** Broken between its parts alone, the greatest first: a command is in it, which a person copies. */
function hintText(hint: string, width: number): string {
  const parts = [/(?<=;) /g, /(?<=:) |(?<=,) (?=and )/g]
  return parts.reduce(
    (text, end) => text.replaceAll(/^.+$/gm, (line) => (line.length + 2 <= width ? line : line.replaceAll(end, '\n'))),
    hint,
  )
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof PortolanError ? error.exitCode : EXIT.unable
}

/** Every line after the first is indented: none of them can pass for a message of its own. */
function below(text: string): string {
  return text.replaceAll(/\n(?! {2})/g, '\n  ')
}

function indent(text: string): string {
  return text === '' ? '' : `${printableLines(text).replaceAll(/^/gm, '  ')}\n`
}

function stack(error: unknown): string {
  return Error.isError(error) ? `${printableLines(error.stack ?? '')}\n` : ''
}
