/** Something that a person should know, and the command that helps: to paste, so never broken. */
export interface Notice {
  text: string
  command?: string
}

export function noticeText({ text, command }: Notice): string {
  return command === undefined ? `${text}\n` : `${text}\n${command}\n`
}
