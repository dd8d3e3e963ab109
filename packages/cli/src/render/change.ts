import {
  type Change,
  darkWord,
  type Incident,
  type IncidentChange,
  onsetText,
  type PlacementChange,
  printableAll,
  routesText,
  type TargetState,
  overText,
} from '@portolan/core'
import { remedyLines, remedyWords, verdictTitle } from './incident.ts'
import type { Style } from './style.ts'
import { durationText, momentText, moveText, portText } from './words.ts'

/** Tells changes as lines for a pipe or a log. Remembers what was said of open incidents, to say only what is new. */
export interface ChangeTeller {
  lines(change: Change, several: boolean): string[]
}

interface Said {
  cause: string
  summary: string
  confidence: string
  /** Causes whose remedies were printed. */
  remedied: Set<string>
}

export function createChangeTeller(style: Style): ChangeTeller {
  const said = new Map<string, Said>()

  function incidentLines({ type, incident, at }: IncidentChange, port: string): string[] {
    if (type === 'incident.closed') {
      said.delete(incident.id)
      const dark = durationText((incident.darkUntil ?? at) - incident.darkSince)
      return [line(at, port, style.good(`${overText(incident, dark)}: ${verdictTitle(incident)}`))]
    }
    const before = said.get(incident.id)
    const { cause, summary, confidence } = incident
    const remedied = before?.remedied ?? new Set()
    said.set(incident.id, { cause, summary, confidence, remedied })
    const lines = verdictLines(incident, before, at, port)
    if (lines.length === 0 || remedied.has(cause)) return lines
    remedied.add(cause)
    return [...lines, ...remedyLines(incident.remedies, Number.POSITIVE_INFINITY, style, remedyWords(incident))]
  }

  function verdictLines(incident: Incident, before: Said | undefined, at: number, port: string): string[] {
    const verdict = verdictTitle(incident)
    if (before === undefined)
      return [
        line(at, port, style.bad(`${darkWord(incident.target).toUpperCase()}: ${verdict}. ${beginning(incident)}`)),
      ]
    if (before.cause !== incident.cause)
      return [line(at, port, style.bad(`still ${darkWord(incident.target)}, now: ${verdict}. ${incident.summary}`))]
    if (before.summary !== incident.summary)
      return [line(at, port, style.bad(`still ${darkWord(incident.target)}: ${incident.summary}`))]
    return before.confidence === incident.confidence ? [] : [line(at, port, `now: ${verdict}`)]
  }

  return {
    lines(given, several) {
      const change = printableAll(given)
      const port = 'target' in change ? portText(change.target, change.cluster, several) : change.cluster
      switch (change.type) {
        case 'target.state':
          if ([change.state, change.previous].some((one) => one === 'down' || one === 'broken')) return []
          return [
            line(
              change.at,
              port,
              `is ${asIs(change.state)}${change.previous === 'unknown' ? '' : `, was ${asIs(change.previous)}`}`,
            ),
          ]
        case 'placement.changed': {
          return [line(change.at, portsText(change, several), moveText(change))]
        }
        case 'cluster.event':
          return [line(change.at, port, change.text)]
        case 'gap':
          // An event of its own says that the clock was set.
          if (change.clockSetMs !== undefined) return []
          return [line(change.at, port, `not watched for ${durationText(change.to - change.from)}: ${change.reason}`)]
        default:
          return incidentLines(change, port)
      }
    },
  }
}

function beginning(incident: Incident): string {
  return [onsetText(incident, momentText), incident.summary, routesText(incident)]
    .filter((one) => one !== null)
    .join(' ')
}

function asIs(state: TargetState): string {
  return state === 'by_design' ? 'dark by design' : state
}

/** Ports named where one pod is behind many. */
const MOST_PORTS = 3

function portsText({ targets, cluster }: PlacementChange, several: boolean): string {
  const names = targets.map((target) => portText(target, cluster, several))
  const more = names.length - MOST_PORTS
  return [...names.slice(0, MOST_PORTS), ...(more > 0 ? [`and ${more} more`] : [])].join(' ')
}

function line(at: number, port: string, text: string): string {
  return `${momentText(at)}  ${port.padEnd(7)}  ${text}`
}
