import { type Clock, commandText, durationText, PortolanError } from '@portolan/core'
import type { Announcement } from '../announcer.ts'

/** What a person reads about the link to one collector: each state once. */
export interface LinkWords {
  connected(): void
  /** @param error why it is not, as exactly as is known */
  away(error: unknown): void
  /** Another cluster of this name is there: so many batches of the old one are dropped. */
  replaced(batches: number): void
  /** Something was kept for a cluster that had this name before. */
  forgotten(): void
  gone(batches: number): void
}

export function createLinkWords(options: {
  cluster: string
  clock: Clock
  announce(announcement: Announcement): void
}): LinkWords {
  const { cluster, clock } = options
  let said = ''
  let awaySince: number | null = null

  function say(text: string, isTrouble: boolean, hint?: string): void {
    if (text === said) return
    said = text
    options.announce({ text, cluster, isTrouble, ...(hint === undefined ? {} : { hint }) })
  }

  return {
    connected() {
      if (said.startsWith(CONNECTED)) return
      say(awaySince === null ? CONNECTED : `${CONNECTED}, after ${durationText(clock.now() - awaySince)}`, false)
      awaySince = null
    },
    away(error) {
      awaySince ??= clock.now()
      const { text, hint } = faultText(error, cluster)
      say(text, true, hint)
    },
    replaced: (batches) => say(`another cluster has taken this name${droppedText(batches)}`, false),
    forgotten: () => say('another cluster had this name before: the results kept for its collector are dropped', false),
    gone: (batches) => say(`the cluster is gone${droppedText(batches)}`, false),
  }
}

const CONNECTED = 'connected to its collector'

function faultText(error: unknown, cluster: string): { text: string; hint?: string } {
  if (!(error instanceof PortolanError)) {
    return { text: `the collector cannot be reached: ${Error.isError(error) ? error.message : String(error)}` }
  }
  const { code, message, hint } = error
  if (code === 'api_not_found') {
    return {
      text: `Portolan of this version is not installed in it. ${message}`,
      hint: commandText(['portolan', 'install', `--cluster=${cluster}`]),
    }
  }
  return { text: message, hint }
}

function droppedText(batches: number): string {
  return batches === 0
    ? ''
    : `: ${batches} ${batches === 1 ? 'batch' : 'batches'} for its collector ${batches === 1 ? 'is' : 'are'} dropped`
}
