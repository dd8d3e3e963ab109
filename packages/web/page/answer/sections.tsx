import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

export interface Section {
  name: string
  content: ComponentChildren
}

/** What there is beside the answer: one at a time, and none at first. @param links stand beside their names */
export function Sections({ sections, links }: { sections: readonly Section[]; links: ComponentChildren }) {
  const [open, setOpen] = useState<string | null>(null)
  const id = useId()
  const shown = sections.find(({ name }) => keyOf(name) === open)
  return (
    <>
      <p class="section-names">
        {sections.map(({ name }) => (
          <button
            key={keyOf(name)}
            type="button"
            aria-expanded={keyOf(name) === open}
            aria-controls={id}
            onClick={() => setOpen(keyOf(name) === open ? null : keyOf(name))}
          >
            {name}
          </button>
        ))}
        {links}
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
