import { RULES } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'

/** What the catalogue of causes says of one. */
export function CauseNote({ cause, confidence }: Pick<IncidentDocument, 'cause' | 'confidence'>) {
  const rule = RULES.find((one) => one.cause === cause)
  return (
    <details class="cause">
      <summary>
        <code>{cause}</code> {confidence}
      </summary>
      <p>{rule?.title ?? 'None of the known causes fits what was seen.'}</p>
      {rule === undefined ? null : <p>{rule.cure}</p>}
    </details>
  )
}
