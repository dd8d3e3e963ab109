import { isHub } from '../clock.ts'
import { Mark } from '../parts/mark.tsx'
import { STATE_WORDS } from '../words.ts'
import { NODE_COLOURS } from './theme.ts'

const MOVES = [
  ['→', 'moved'],
  ['↻', 'restarted'],
  ['⟳', 'rollout'],
  ['+', 'recreated'],
  ['±', 'scaled'],
] as const

/** More nodes than that have no colour of their own. */
const MOST_NODES = 12

/** There is no room for it at first. */
const NARROW = 760

/** @param nodes in the order of their colours, by the names that people know */
export function Legend({ nodes }: { nodes: readonly string[] }) {
  return (
    <details class="legend-fold" open={innerWidth > NARROW}>
      <summary>What the signs mean</summary>
      <ul class="legend">
        {(['up', 'down', 'flapping', 'unknown', 'by_design', 'gap'] as const).map((state) => (
          <li key={state}>
            <Mark state={state} label="" /> {STATE_WORDS[state]}
          </li>
        ))}
        {isHub() ? (
          <li>Single probes stay with the collector of the cluster: its own page shows them</li>
        ) : (
          <li>○ ■ a probe that was answered, that was not: within 2 min</li>
        )}
        {nodes.slice(0, MOST_NODES).map((node, index) => (
          <li key={node} class="legend-node">
            <i class={`node-${(index % NODE_COLOURS) + 1}`} aria-hidden="true" /> pods on {node}
          </li>
        ))}
        <li>⚓ pods on the mapped node</li>
        {MOVES.map(([glyph, word]) => (
          <li key={word}>
            <i aria-hidden="true">{glyph}</i> {word}
          </li>
        ))}
        <li class="hint">
          Drag to pan, scroll to zoom; <kbd>?</kbd> lists the keys
        </li>
      </ul>
    </details>
  )
}
