import { useRef, useState } from 'preact/hooks'
import { now } from '../clock.ts'
import { Mark } from '../parts/mark.tsx'
import { millisecondsText } from '../numbers.ts'
import { duration } from '../time.ts'
import { nodeName } from '../words.ts'
import type { Cell, Matrix, MeshNode } from './matrix.ts'
import { tellPair } from './pair-words.ts'
import { firstPlace, type Place, stepFrom } from './steps.ts'

/** With more nodes than this a cell is a symbol alone. */
const ROOMY = 12

/** The matrix as a table: Tab leads into it, arrow keys from cell to cell, and what is looked at is told in words above it. */
export function MeshTable({ matrix, cluster }: { matrix: Matrix; cluster: string }) {
  const { nodes, cells } = matrix
  const table = useRef<HTMLTableElement>(null)
  const [focused, setFocused] = useState<Place | null>(null)
  const [hovered, setHovered] = useState<Place | null>(null)
  const at = (place: Place | null) => (place === null ? null : (cells[place.row]?.[place.column] ?? null))
  const entry = at(focused) === null ? firstPlace(matrix) : focused
  const shown = at(hovered) === null ? focused : hovered
  const looked = at(shown)

  function onKeyDown(event: KeyboardEvent, from: Place): void {
    const next = stepFrom(matrix, from, event.key)
    if (next === null) return
    event.preventDefault()
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row},${next.column}"]`)?.focus()
  }

  return (
    <>
      <p class="mesh-told" aria-hidden="true">
        {looked === null ? (
          'Point at a cell, or go through them with the arrow keys.'
        ) : (
          <>
            <Mark state={looked.state} label="" />{' '}
            <b>
              {looked.pair.from} → {looked.pair.to}
            </b>
            : {tellPair(looked, now())}
          </>
        )}
      </p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Pairs of nodes">
        <table
          ref={table}
          class={nodes.length > ROOMY ? 'matrix is-dense' : 'matrix'}
          onMouseLeave={() => setHovered(null)}
        >
          <caption class="unseen">Rows are the sending nodes, columns the nodes that should answer.</caption>
          <thead>
            <tr>
              <td class="corner">from ↓ to →</td>
              {nodes.map((node, column) => (
                <th key={node.name} scope="col" title={node.name} class={shown?.column === column ? 'is-met' : ''}>
                  <span>{nodeName(node.name, cluster)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {nodes.map((node, row) => (
              <tr key={node.name}>
                <th scope="row" title={node.name} class={shown?.row === row ? 'is-met' : ''}>
                  <RowName node={node} cluster={cluster} />
                </th>
                {cells[row]?.map((cell, column) => (
                  <td key={nodes[column]?.name} class={row === column ? 'is-self' : ''}>
                    {cell === null ? null : (
                      <CellButton
                        cell={cell}
                        place={{ row, column }}
                        isEntry={entry?.row === row && entry.column === column}
                        onFocus={setFocused}
                        onHover={setHovered}
                        onKeyDown={onKeyDown}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function RowName({ node: { name, silentSince }, cluster }: { node: MeshNode; cluster: string }) {
  return (
    <>
      {silentSince === null ? null : <Mark state="gap" label="" />}
      <span>{nodeName(name, cluster)}</span>
      {silentSince === null ? null : <small>no report for {duration(now() - silentSince)}</small>}
    </>
  )
}

function CellButton(props: {
  cell: Cell
  place: Place
  isEntry: boolean
  onFocus(place: Place): void
  onHover(place: Place): void
  onKeyDown(event: KeyboardEvent, from: Place): void
}) {
  const { cell, place, isEntry, onFocus, onHover, onKeyDown } = props
  const { from, to, duration: seconds } = cell.pair
  const isTimed = cell.state === 'up' || cell.state === 'flapping'
  return (
    <button
      type="button"
      class={`cell is-${cell.state}`}
      tabIndex={isEntry ? 0 : -1}
      data-place={`${place.row},${place.column}`}
      aria-label={`${from} to ${to}: ${tellPair(cell, now())}`}
      onFocus={() => onFocus(place)}
      onMouseEnter={() => onHover(place)}
      onKeyDown={(event) => onKeyDown(event, place)}
    >
      <Mark state={cell.state} label="" />
      <span aria-hidden="true">{isTimed ? millisecondsText(seconds * 1000) : ''}</span>
    </button>
  )
}
