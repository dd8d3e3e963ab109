import type { ReachDocument } from '../documents.ts'
import { STATE_WORDS } from '../words.ts'

/** Each state has a shape of its own: colour alone is not enough. */
const SHAPES: Record<ReachDocument['state'], string> = {
  up: 'M3.5 8.5l3 3 6-7',
  down: 'M4 4l8 8M12 4l-8 8',
  flapping: 'M2.5 10.5l3-5 3.5 5 3-5 1.5 2.5',
  unknown: 'M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.4-1 .8-1 1.6M8 12.4v.2',
  by_design: 'M4 8h8',
  gap: 'M3 8h2M7 8h2M11 8h2',
}

/** @param label what a screen reader says; empty where a text beside it says it already */
export function Mark({ state, label = STATE_WORDS[state] }: { state: ReachDocument['state']; label?: string }) {
  return (
    <svg
      class={`mark is-${state}`}
      viewBox="0 0 16 16"
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <rect x="0.5" y="0.5" width="15" height="15" rx={state === 'up' ? 7.5 : 4} />
      <path d={SHAPES[state]} />
    </svg>
  )
}
