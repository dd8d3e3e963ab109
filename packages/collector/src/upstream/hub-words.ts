import type { UplinkState } from '@portolan/uplink'

/** Says, once for all clusters, whether a hub takes what is reported to it. */
export function createHubWords(hub: URL, onNotice: (text: string) => void): (state: UplinkState) => void {
  /** null: nothing was said yet. */
  let isThere: boolean | null = null
  return ({ connected, reason }) => {
    if (connected === isThere || (reason !== null && reason === NOT_ASKED)) return
    const before = isThere
    isThere = connected
    if (connected) onNotice(`The hub ${hub.origin} accepts reports.`)
    else if (before !== false)
      onNotice(`The hub ${hub.origin} accepts no reports (${reason ?? 'no reason given'}): they wait here.`)
  }
}

/** The first word of an uplink, before there is any. */
const NOT_ASKED = 'it was not asked yet'
