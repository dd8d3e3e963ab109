import type { Clock, Log } from '@portolan/core'
import { createHubFeed, type HubFeed, type HubLink } from './hub-feed.ts'
import { createHubWords } from './hub-words.ts'

/** Reports to a hub, and says whether it takes what is reported. */
export function startFeed(
  link: HubLink,
  { clock, log, onNotice }: { clock: Clock; log: Log; onNotice(text: string): void },
): HubFeed {
  const say = createHubWords(link.url, (text) => {
    log.info({ text }, 'the link to the hub')
    onNotice(text)
  })
  return createHubFeed({ link, clock, log, onState: (_cluster, state) => say(state) })
}
