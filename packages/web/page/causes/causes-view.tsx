import { CAUSES, causeName, cureOf, titleOf } from '@portolan/core'
import { useEffect } from 'preact/hooks'
import { Link } from '../parts/link.tsx'
import { Prose } from '../parts/prose.tsx'

/** What each cause is and what helps: one, or all of them. */
export function CausesView({ cause }: { cause: string | null }) {
  const known = CAUSES.find((one) => one === cause)
  useEffect(() => scrollTo(0, 0), [cause])
  if (cause !== null && known === undefined) {
    return (
      <section class="empty">
        <h1>There is no such cause</h1>
        <Link to={{ view: 'causes', cause: null }}>All causes</Link>
      </section>
    )
  }
  return (
    <article class="card causes">
      <h1>{known === undefined ? 'Why a port is dark: all causes' : causeName(known)}</h1>
      {known === undefined ? (
        <dl>
          {CAUSES.map((one) => (
            <div key={one}>
              <dt>
                <Link to={{ view: 'causes', cause: one }}>{causeName(one)}</Link> <code>{one}</code>
              </dt>
              <dd>
                <Prose text={titleOf(one) === one ? UNKNOWN : titleOf(one)} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <>
          <p>
            <code>{known}</code>
          </p>
          <p>
            <Prose text={titleOf(known) === known ? UNKNOWN : titleOf(known)} />
          </p>
          <h2>How to fix it</h2>
          <p>
            <Prose text={cureOf(known) ?? 'The verdict lists what it could be, and what to look at next.'} />
          </p>
          <Link to={{ view: 'causes', cause: null }}>All causes</Link>
        </>
      )}
    </article>
  )
}

const UNKNOWN = 'None of the known causes fits the observations.'
