import { printable } from '@portolan/core'
import type { CheckDocument } from '@portolan/wire'
import { notesOf } from './note.ts'

/**
 * Workflow commands, which GitHub shows beside the lines of a pull request.
 *
 * Source: GitHub, "Workflow commands for GitHub Actions".
 */
export function renderGithub(document: CheckDocument): string {
  return notesOf(document)
    .map(({ level, title, text, file, line }) => {
      const where = file === null || file === '-' ? [] : [`file=${property(file)}`, `line=${line ?? 1}`]
      return `::${level === 'note' ? 'notice' : level} ${[...where, `title=${property(title)}`].join(',')}::${data(text)}\n`
    })
    .join('')
}

function data(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
