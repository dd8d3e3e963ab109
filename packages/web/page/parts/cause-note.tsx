import { causeName } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { Link } from './link.tsx'

/** The cause by its name, with how sure it is, and what it cannot be distinguished from. @param confidence null: of a forecast */
export function CauseNote({
  cause,
  confidence,
  candidates,
}: Pick<IncidentDocument, 'cause' | 'candidates'> & { confidence: IncidentDocument['confidence'] | null }) {
  return (
    <p class="cause">
      <Link to={{ view: 'causes', cause }}>{causeName(cause)}</Link> <code>{cause}</code>
      {cause === 'unproven' || confidence === null ? '' : `, ${confidence}`}
      {candidates.length === 0 ? null : (
        <>
          ; could also be{' '}
          {candidates.map((one, index) => (
            <span key={one}>
              {index === 0 ? '' : ', '}
              <Link to={{ view: 'causes', cause: one }}>{causeName(one)}</Link>
            </span>
          ))}
        </>
      )}
    </p>
  )
}
