import { NOTHING_TO_DO } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { Copyable } from '../parts/copyable.tsx'

type Remedy = IncidentDocument['remedies'][number]

/** What helps; of an outage that is over, against the next one: to wait for its end is no advice any more. */
export function fixesOf({ remedies, state }: Pick<IncidentDocument, 'remedies' | 'state'>): Remedy[] {
  return remedies.filter(({ text }) => state === 'open' || !text.startsWith(NOTHING_TO_DO))
}

/** Of a verdict that nothing proves there is no fix, but what to look at next. */
export function fixWord({ confidence }: Pick<IncidentDocument, 'confidence'>): string {
  return confidence === 'unproven' ? 'Next' : 'Fix'
}

/** The first thing to do, with its command and its price. @param word what it is: nothing where nothing is to be done */
export function Fix({ remedy: { text, cost, command }, word }: { remedy: Remedy; word: string }) {
  return (
    <div class="fix">
      <p>
        {text.startsWith(NOTHING_TO_DO) ? null : <b>{word}: </b>}
        {text}.{cost === undefined ? null : <span class="cost"> Trade-off: {cost}.</span>}
      </p>
      {command === undefined ? null : <Copyable command={command} />}
    </div>
  )
}
