import { printableAll } from '@portolan/core'

/** Something that a person should know, and the command that helps: to paste, so never broken. */
export interface Notice {
  text: string
  command?: string
}

export function noticeText(notice: Notice): string {
  const { text, command } = printableAll(notice)
  return command === undefined ? `${text}\n` : `${text}\n${command}\n`
}
