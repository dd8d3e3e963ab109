import type { ReachDocument } from '../documents.ts'
import { millisecondsText } from '../numbers.ts'
import { duration, moment, timeOfDay } from '../time.ts'
import { MOVE_WORDS, nodeName, portName, STATE_WORDS, SYMPTOM_WORDS, workloadName } from '../words.ts'
import { nearest, type PortProbes } from './probes.ts'
import { type Row, stretchAt, type Timed } from './rows.ts'

/** Beside the point, and within what is in sight. */
export function placeTip(x: number, y: number, lines: number, stage: HTMLElement): { x: number; y: number } {
  const { scrollTop, clientWidth, clientHeight } = stage
  const lowest = scrollTop + clientHeight - 20 - lines * 20
  return { x: Math.min(x + 12, clientWidth - 300), y: Math.max(scrollTop, Math.min(y + 14 + scrollTop, lowest)) }
}

/** What is known of a port at a time, in lines. @param nearMs how far beside a move or a probe it is still meant */
export function describe(row: Row, at: number, nearMs: number, now: number, probes?: PortProbes): string[] {
  const reach = stretchAt(row.reach, at)
  const placement = stretchAt(row.placement, at)
  const move = row.moves.findLast((one) => Math.abs(one.at - at) <= nearMs)
  const nodes = (names: string[]) => names.map((name) => nodeName(name, row.cluster)).join(', ') || 'nowhere'
  return [
    `${portName(row.target)} at ${moment(at, now, nearMs < 300 ? 'milliseconds' : 'seconds')}`,
    ...(reach === null ? [] : describeReach(reach, now)),
    ...(placement === null
      ? []
      : [`pods ready on ${nodes(placement.podNodes)}, mapped to ${nodeName(placement.mappedNode, row.cluster)}`]),
    ...(move === undefined
      ? []
      : [
          `${workloadName(move.workload)} ${MOVE_WORDS[move.kind]} at ${moment(move.at, now, 'milliseconds')}: ${nodes(move.from)} → ${nodes(move.to)} (${move.reason})${move.count > 1 ? `, one of ${move.count}` : ''}`,
        ]),
    ...(probes === undefined ? [] : nearest(probes, at, nearMs)).map(
      ({ at: began, vantage, symptom, durationMs }) =>
        `${timeOfDay(began, 'milliseconds')} ${vantage}: ${symptom}, ${millisecondsText(durationMs)}`,
    ),
  ]
}

function describeReach(
  { state, symptom, from, to, episodes, darkSeconds }: Timed<ReachDocument>,
  now: number,
): string[] {
  if (state !== 'down') return [STATE_WORDS[state]]
  if (episodes > 1) return [`dark ${episodes} times, ${duration(darkSeconds * 1000)} in all`]
  const seen = symptom === null ? '' : `, ${SYMPTOM_WORDS[symptom]}`
  return [`dark for ${duration(to - from)} from ${moment(from, now, 'milliseconds')}${seen}`]
}
