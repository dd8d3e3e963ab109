import { printable } from '@portolan/core'

/** A diff fit to be shown that still applies: its tabs and the returns at its line ends are those of the file. */
export function printableDiff(diff: string): string {
  return diff
    .split('\n')
    .map((line) => {
      const end = line.endsWith('\r') ? '\r' : ''
      const text = line.slice(0, line.length - end.length)
      return text.split('\t').map(printable).join('\t') + end
    })
    .join('\n')
}
