import type { TargetDocument } from '../documents.ts'
import { Mark } from '../parts/mark.tsx'
import { nodeName, SYMPTOM_WORDS } from '../words.ts'
import { byThing } from './by-thing.ts'

/** What agents saw of what is behind a port, apart from what it looks like from outside. Nothing where there are none. */
export function Inside({ target }: { target: TargetDocument }) {
  const things = byThing(target.vantages)
  if (things.length === 0) return null
  return (
    <>
      <h2>Seen from inside the cluster</h2>
      <dl class="inside">
        {things.map(({ name, seen }) => (
          <div key={name}>
            <dt>{name}</dt>
            {seen.map(({ symptom, from }) => (
              <dd key={symptom}>
                <Mark state={symptom === 'ok' ? 'up' : symptom === 'local_error' ? 'unknown' : 'down'} label="" />
                {SYMPTOM_WORDS[symptom]}, from {from.map((node) => nodeName(node, target.cluster)).join(', ')}
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </>
  )
}
