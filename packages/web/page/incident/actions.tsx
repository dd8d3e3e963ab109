import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { markdownOf } from './markdown.ts'

/** Takes incidents along: to the clipboard, or as a file. */
export function Actions(props: {
  incidents: readonly IncidentDocument[]
  serviceOf(incident: Pick<IncidentDocument, 'cluster' | 'target'>): string
}) {
  const { incidents, serviceOf } = props
  const text = () => markdownOf(incidents, serviceOf)
  return (
    <span class="actions">
      <CopyButton text={text} name="Copy as Markdown" what="The report" />
      <button type="button" onClick={() => save(text())}>
        Save report
      </button>
    </span>
  )
}

function save(text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
  link.download = `portolan-${new Date(now()).toISOString().slice(0, 19).replaceAll(':', '')}.md`
  link.click()
  URL.revokeObjectURL(link.href)
}
