import { causeName } from '@portolan/core'
import type { ExplanationDocument } from '../documents.ts'
import { Link } from '../parts/link.tsx'

/** Other causes, each with why it is none or could not be looked at. */
export function Considered({ causes }: { causes: ExplanationDocument['ruledOut'] }) {
  return (
    <dl class="considered">
      {causes.map(({ cause, because }) => (
        <div key={cause}>
          <dt>
            <Link to={{ view: 'causes', cause }}>{causeName(cause)}</Link>
          </dt>
          <dd>{because}</dd>
        </div>
      ))}
    </dl>
  )
}
