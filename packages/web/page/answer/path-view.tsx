import { Mark } from '../parts/mark.tsx'
import { SYMPTOM_WORDS } from '../words.ts'
import { machineWord } from './machine-word.ts'
import { boxesOf, type Hop, type PathBox } from './boxes.ts'

const WORDS = { green: 'passes', red: 'breaks here', 'not seen': 'not seen' } as const
const STATES = { green: 'up', red: 'down', 'not seen': 'unknown' } as const

/** The path from the client to the application, place by place, with what each witness said. */
export function PathView({ hops, nameOf }: { hops: readonly Hop[]; nameOf(place: PathBox['place']): string }) {
  const boxes = boxesOf(hops.filter((hop) => !isPlain(hop)))
  return (
    <ol class="path">
      {boxes.map((box) => (
        <li key={box.place} class={`is-${STATES[box.state]}`}>
          <small>{box.place === 'This machine' ? upperFirst(machineWord()) : box.place}</small>
          <b title={nameOf(box.place)}>{nameOf(box.place)}</b>
          <span class="unseen">{WORDS[box.state]}</span>
          {box.hops.map(({ name, state, text }) => (
            <p key={name} class={`is-${STATES[state]}`} title={`${name}: ${text}`}>
              {state === 'green' && box.state !== 'red' ? null : <Mark state={STATES[state]} label={WORDS[state]} />}
              {beside(text, nameOf(box.place))}
            </p>
          ))}
        </li>
      ))}
    </ol>
  )
}

/** The client is in the name of its place already. */
function isPlain({ name, state, text }: Hop): boolean {
  return name === 'client' && state === 'green' && text === 'this machine'
}

/** The name stands above it: it is not said twice. */
function beside(text: string, name: string): string {
  const begin = [`Service ${name}, `, `${name}: `].find((one) => text.startsWith(one)) ?? ''
  const rest = text.slice(begin.length)
  return rest === 'ok' ? SYMPTOM_WORDS.ok : rest
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
