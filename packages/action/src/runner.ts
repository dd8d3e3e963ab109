import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { printable } from '@portolan/core'

/** What the runner of GitHub reads of a step. Source: GitHub, "Workflow commands for GitHub Actions". */
export interface Runner {
  /** Annotations that `portolan check --format=github` wrote. */
  annotate(commands: string): void
  /** Lines for the log. What looks like a command in them is none. */
  log(text: string): void
  error(title: string, text: string): void
  notice(text: string): void
  /** Markdown for the summary of the job. */
  summarise(markdown: string): void
  output(name: string, value: string): void
}

/** As much as GitHub takes of one step, less what others may have written. */
const MOST_SUMMARY = 900_000

export function createRunner(options: {
  write(text: string): void
  summary: string | null
  outputs: string | null
}): Runner {
  const { write, summary, outputs } = options
  return {
    annotate: write,
    log(text) {
      if (text === '') return
      const word = randomUUID()
      write(`::stop-commands::${word}\n${text.replace(/\n?$/, '\n')}::${word}::\n`)
    },
    error: (title, text) => write(`::error title=${title}::${escaped(text)}\n`),
    notice: (text) => write(`::notice title=Portolan::${escaped(text)}\n`),
    summarise(markdown) {
      if (summary !== null) appendFileSync(summary, `${bounded(markdown, MOST_SUMMARY)}\n`)
    },
    output(name, value) {
      if (outputs !== null) appendFileSync(outputs, `${name}=${printable(value)}\n`)
    },
  }
}

function escaped(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

const CUT = '\n\nThe rest is in the log of the job.\n'

/** Cut at the end of a line, where it is longer. A block of code that is open there is closed. */
export function bounded(markdown: string, most: number): string {
  if (markdown.length <= most) return markdown
  const room = most - CUT.length - 20
  const kept = markdown.slice(0, markdown.lastIndexOf('\n', room)).toWellFormed()
  const fences = kept.match(/^`{3,}/gm) ?? []
  return `${kept}${fences.length % 2 === 1 ? `\n${fences.at(-1)?.slice(0, 10)}` : ''}${CUT}`
}
