import { clockText } from '@portolan/base'
import { type Clock, type Log, printableAll } from '@portolan/core'

/** Something that happened to the service, and what to do about it. */
export interface Announcement {
  /** One sentence. */
  text: string
  cluster?: string
  hint?: string
  /** It does not do all of its work until that is over. */
  isTrouble: boolean
}

export type Announce = (announcement: Announcement) => void

/** A line for a person, and one of what to do. */
export function announceTo(out: { write(text: string): unknown }, clock: Clock): Announce {
  return (announcement) => {
    const { text, cluster, hint } = printableAll(announcement)
    const said = `${clockText(clock.now())}  ${cluster === undefined ? '' : `${cluster}: `}${text}`
    out.write(hint === undefined ? `${said}\n` : `${said}\n          ${hint}\n`)
  }
}

/** A JSON object a line, for a journal. */
export function announceIn(log: Log): Announce {
  return (announcement) => {
    const { text, isTrouble, ...fields } = printableAll(announcement)
    log[isTrouble ? 'warn' : 'info'](fields, text)
  }
}
