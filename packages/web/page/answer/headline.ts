import { courseOf, onsetText } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import type { PortRow } from '../now/port-rows.ts'
import { moment } from '../time.ts'

type Shown = Pick<PortRow, 'within' | 'name' | 'service' | 'state' | 'word' | 'port'>

/** `30080 default/web does not answer` */
export function headlineOf({ within, name, service, state, word, port }: Shown): string {
  const of = port === null || service === '' ? name : `${name} ${service}`
  return `${within}${of} ${word === 'broken' ? 'is broken: something else answers' : SENTENCES[state]}`
}

const SENTENCES: Record<PortRow['state'], string> = {
  up: 'answers',
  down: 'does not answer',
  flapping: 'is flapping: it alternates between up and dark',
  unknown: 'is unknown',
  by_design: 'is dark by design: nothing is meant to answer',
  gap: 'is not watched',
}

interface Trigger {
  text: string
  /** When that was, and what followed. */
  after: string
}

/** What happened in the cluster as it went dark, where that was seen; else how the outage began. */
export function triggerOf(incident: IncidentDocument, now: number): Trigger {
  const { trigger, later } = incident
  const time = (at: number) => moment(at, now, 'milliseconds')
  const [next] = later
  if (trigger !== null) {
    const followed = next === undefined ? '.' : `; then ${next.text}.`
    return { text: sentence(trigger.text), after: ` (${time(Date.parse(trigger.at))})${followed}` }
  }
  return { text: onsetText(courseOf(incident), time), after: '' }
}

/** A clause that begins a sentence. */
export function sentence(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1)
}
