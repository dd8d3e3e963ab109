import type { PathDocument, RouteExplanationDocument } from '../documents.ts'
import { Mark } from './mark.tsx'

const WORDS = { green: 'passes', red: 'breaks here', 'not seen': 'not seen' } as const
const STATES = { green: 'up', red: 'down', 'not seen': 'unknown' } as const

/** The way from the client to the application. */
export function Hops({ hops }: { hops: PathDocument['hops'] | RouteExplanationDocument['hops'] }) {
  return (
    <ol class="hops">
      {hops.map(({ name, state, text }) => (
        <li key={name} class={`is-${STATES[state]}`}>
          <Mark state={STATES[state]} label={WORDS[state]} />
          <b>{name}</b> <span>{text}</span>
        </li>
      ))}
    </ol>
  )
}
