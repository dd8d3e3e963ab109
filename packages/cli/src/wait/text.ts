import { isRoute, printableAll } from '@portolan/core'
import { incidentStory } from '../render/incident.ts'
import type { Style } from '../render/style.ts'
import { durationText, portText, SYMBOLS, wrap } from '../render/words.ts'
import { standingOf, type Waited } from './waited-port.ts'

export interface WaitTextOptions {
  now: number
  width: number
  style: Style
  several: boolean
}

export function answerLine(port: Waited, { style, several }: WaitTextOptions): string {
  const { target, answeredAfterMs, isAgain } = printableAll(port)
  const name = portText(target.id, target.cluster, several)
  return style.good(
    `${SYMBOLS.up} ${name} answers${isAgain ? ' again' : ''} after ${durationText(answeredAfterMs ?? 0)}`,
  )
}

/** What became of a wait that is over, beside the answers: what does not answer, each with its cause and the fix. */
export function outcomeLines(ports: readonly Waited[], waitedMs: number, options: WaitTextOptions): string[] {
  const dark = ports.filter((port) => !port.answers)
  const what = nounOf(ports)
  if (dark.length === 0) return ports.length === 1 ? [] : [`All ${ports.length} ${what} answer.`]
  const after = durationText(waitedMs)
  return [
    ...dark.flatMap((port, index) => {
      const isSaid = dark.slice(0, index).some(({ incident }) => incident !== null && incident.id === port.incident?.id)
      return [...(isSaid ? sameReason(port, options) : reasonLines(port, options)), '']
    }),
    `${dark.length} of ${ports.length} ${what} did not answer within ${after}.`,
  ]
}

function nounOf(waited: readonly Waited[]): string {
  const routes = waited.filter(({ target }) => isRoute(target.id)).length
  if (routes > 0 && routes < waited.length) return 'ports and routes'
  return `${routes > 0 ? 'route' : 'port'}${waited.length === 1 ? '' : 's'}`
}

/** It is the incident of another before. */
function sameReason(port: Waited, { width, style, several }: WaitTextOptions): string[] {
  const { target, incident } = printableAll(port)
  const name = portText(target.id, target.cluster, several)
  return wrap(`${name} does not answer either: ${incident?.cause ?? ''}, as above`, width).map(style.bad)
}

/** Why one does not answer, as `watch` shows it. */
export function reasonLines(port: Waited, options: WaitTextOptions): string[] {
  const { width, style, several } = options
  const { target, incident } = printableAll(port)
  if (incident !== null) return incidentStory(incident, options)
  const name = portText(target.id, target.cluster, several)
  return wrap(`${name} does not answer: ${standingOf(target)}`, width).map(style.doubt)
}
