import type { Change } from '@portolan/core'
import { confidenceText, remedyLines } from './incident.ts'
import type { Style } from './style.ts'
import { durationText, momentText, moveText, portText } from './words.ts'

/** A change as lines for a pipe or a log: one, and below an incident its remedies. Empty where it says nothing new. */
export function changeLines(change: Change, style: Style, several: boolean): string[] {
  const line = (port: string, text: string) => `${momentText(change.at)}  ${port.padEnd(7)}  ${text}`
  const port = 'target' in change ? portText(change.target, change.cluster, several) : change.cluster
  switch (change.type) {
    case 'target.state':
      return change.state === 'down'
        ? []
        : [line(port, `is ${change.state}${change.previous === 'unknown' ? '' : `, was ${change.previous}`}`)]
    case 'placement.changed': {
      const ports = change.targets.map((target) => portText(target, change.cluster, several)).join(' ')
      return [line(ports, moveText(change))]
    }
    case 'incident.opened':
    case 'incident.updated': {
      const { incident } = change
      const verb = change.type === 'incident.opened' ? 'DARK' : 'still dark'
      const lines = [line(port, `${verb}: ${incident.cause}, ${confidenceText(incident)}. ${incident.summary}`)]
      return [...lines, ...remedyLines(incident.remedies, Number.POSITIVE_INFINITY, style)]
    }
    case 'incident.closed': {
      const { incident } = change
      const dark = durationText((incident.darkUntil ?? change.at) - incident.darkSince)
      return [line(port, `answers again after ${dark} (${incident.cause}, ${confidenceText(incident)})`)]
    }
    case 'gap':
      return [line(port, `not seen for ${durationText(change.to - change.from)}: ${change.reason}`)]
  }
}
