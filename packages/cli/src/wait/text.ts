import { printableAll } from '@portolan/core'
import { incidentStory } from '../render/incident.ts'
import type { Style } from '../render/style.ts'
import { durationText, portText, SYMBOLS, wrap } from '../render/words.ts'
import { standingOf, type WaitedPort } from './waited-port.ts'

export interface WaitTextOptions {
  now: number
  width: number
  style: Style
  several: boolean
}

export function answerLine(port: WaitedPort, { style, several }: WaitTextOptions): string {
  const { target, answeredAfterMs, isAgain } = printableAll(port)
  const name = portText(target.id, target.cluster, several)
  return style.good(
    `${SYMBOLS.up} ${name} answers${isAgain ? ' again' : ''} after ${durationText(answeredAfterMs ?? 0)}`,
  )
}

/** What became of a wait that is over, beside the answers: each port that does not answer with its cause and the fix. */
export function outcomeLines(ports: readonly WaitedPort[], waitedMs: number, options: WaitTextOptions): string[] {
  const dark = ports.filter((port) => !port.answers)
  if (dark.length === 0) return ports.length === 1 ? [] : [`All ${ports.length} ports answer.`]
  const after = durationText(waitedMs)
  return [
    ...dark.flatMap((port, index) => {
      const isSaid = dark.slice(0, index).some(({ incident }) => incident !== null && incident.id === port.incident?.id)
      return [...(isSaid ? sameReason(port, options) : reasonLines(port, options)), '']
    }),
    `${dark.length} of ${ports.length} port${ports.length === 1 ? '' : 's'} did not answer within ${after}.`,
  ]
}

/** It is the incident of a port before. */
function sameReason(port: WaitedPort, { width, style, several }: WaitTextOptions): string[] {
  const { target, incident } = printableAll(port)
  const name = portText(target.id, target.cluster, several)
  return wrap(`${name} does not answer either: ${incident?.cause ?? ''}, as above`, width).map(style.bad)
}

/** Why one port does not answer, as `watch` tells it. */
export function reasonLines(port: WaitedPort, options: WaitTextOptions): string[] {
  const { width, style, several } = options
  const { target, incident } = printableAll(port)
  if (incident !== null) return incidentStory(incident, options)
  const name = portText(target.id, target.cluster, several)
  return wrap(`${name} does not answer: ${standingOf(target)}`, width).map(style.doubt)
}
