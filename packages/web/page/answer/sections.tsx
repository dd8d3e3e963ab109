import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

export interface Section {
  name: string
  content: ComponentChildren
  /** Whether it is there as long as the port is: it keeps its place at the end of the line. */
  isSteady?: boolean
}

/**
 * What there is beside the answer: one at a time, and none at first. The names that stay stand at the end, so that they do
 * not jump when others come.
 * @param links stand before the names that stay
 */
export function Sections({ sections, links }: { sections: readonly Section[]; links: ComponentChildren }) {
  const [open, setOpen] = useState<string | null>(null)
  const id = useId()
  const shown = sections.find(({ name }) => keyOf(name) === open)
  const buttonOf = ({ name }: Section) => (
    <button
      key={keyOf(name)}
      type="button"
      aria-expanded={keyOf(name) === open}
      aria-controls={id}
      onClick={() => setOpen(keyOf(name) === open ? null : keyOf(name))}
    >
      {name}
    </button>
  )
  return (
    <>
      <p class="section-names">
        {sections.filter(({ isSteady }) => isSteady !== true).map(buttonOf)}
        <span>
          {links}
          {sections.filter(({ isSteady }) => isSteady === true).map(buttonOf)}
        </span>
      </p>
      <div id={id} class="section-shown" hidden={shown === undefined}>
        {shown?.content}
      </div>
    </>
  )
}

/** Without the number in it, which may change while it is open. */
function keyOf(name: string): string {
  return name.replace(/ \(.*/, '')
}
