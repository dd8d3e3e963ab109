import { Mark } from '../parts/mark.tsx'
import { STATE_WORDS } from '../words.ts'

const MOVES = [
  ['→', 'moved'],
  ['↻', 'restarted'],
  ['⟳', 'rollout'],
  ['+', 'recreated'],
  ['±', 'scaled'],
] as const

export function Legend() {
  return (
    <ul class="legend" aria-label="What the signs mean">
      {(['up', 'down', 'flapping', 'unknown', 'by_design', 'gap'] as const).map((state) => (
        <li key={state}>
          <Mark state={state} label="" /> {STATE_WORDS[state]}
        </li>
      ))}
      <li>○ ■ a probe that was answered, that was not: within 2 min</li>
      <li>⚓ pods on the mapped node</li>
      {MOVES.map(([glyph, word]) => (
        <li key={word}>
          <i aria-hidden="true">{glyph}</i> {word}
        </li>
      ))}
    </ul>
  )
}
