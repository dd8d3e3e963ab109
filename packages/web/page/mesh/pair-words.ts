import { millisecondsText } from '../numbers.ts'
import { moment } from '../time.ts'
import { SYMPTOM_WORDS } from '../words.ts'
import type { Cell, Trouble } from './matrix.ts'

/** One way between two nodes in words: whether it is whole, the time there and back, what was lost, and when. */
export function tellPair({ state, pair }: Cell, now: number): string {
  const { symptom, duration, sent, lost, keptLost, duplicated, reordered, at, answered } = pair
  const when = moment(Date.parse(at), now)
  const share = `${Math.round(answered * 10)} of the last 10 answered`
  if (state === 'gap') return `unknown: its agent does not report; last probe at ${when}`
  if (state === 'unknown') return `${SYMPTOM_WORDS[symptom]}, at ${when}`
  if (state === 'down') return `no datagram comes back, at ${when}; ${share}`
  const oddities = [
    lost > 0 ? `${lost} of ${sent} lost` : 'none lost',
    ...(keptLost > 0 ? [`${keptLost} lost in the old flow`] : []),
    ...(duplicated > 0 ? [`${duplicated} doubled`] : []),
    ...(reordered > 0 ? [`${reordered} out of order`] : []),
  ]
  return `${millisecondsText(duration * 1000)} there and back, ${oddities.join(', ')}, at ${when}${answered < 1 ? `; ${share}` : ''}`
}

/** Ways to one node that fail alike in words: each of them, or all together. */
export function tellTrouble({ state, cells }: Trouble, now: number): string {
  const [only] = cells
  if (only !== undefined && cells.length === 1) return tellPair(only, now)
  return state === 'down' ? 'no datagram comes back' : 'datagrams are lost'
}
