/** The part of a changelog below `## VERSION`, which may go on with a date. @throws Error where there is none, or it is empty */
export function releaseNotes(changelog: string, version: string): string {
  const parts = changelog.split(/^## /m).slice(1)
  const [part] = parts.filter((text) => text.split(/\s/, 1)[0]?.replaceAll(/[[\]]/g, '') === version)
  if (part === undefined) throw new Error(`CHANGELOG.md has no part "## ${version}"`)
  const notes = part.slice(part.indexOf('\n') + 1).trim()
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}`)
  return `${notes}\n`
}

/** What is released by a tag `vVERSION`; without a tag, what the next release would be. @throws Error where the tag is of another version */
export function partOfRelease(tag: string, version: string): string {
  if (tag === '') return 'Unreleased'
  if (tag !== `v${version}`)
    throw new Error(`the tag is ${JSON.stringify(tag)}, and the packages have version ${version}`)
  return version
}

const KINDS = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security']

/** Each entry of the notes, as Artifact Hub shows the changes of a chart. */
export function changesOf(notes: string): { kind: string; description: string }[] {
  const parts = notes.split(/^### /m).slice(1)
  return parts.flatMap((part) => {
    const [heading = '', ...entries] = part.split(/^- /m)
    const kind = KINDS.find((one) => one === heading.trim().toLowerCase())
    if (kind === undefined) throw new Error(`"### ${heading.trim()}" in the changelog is none of ${KINDS.join(', ')}`)
    return entries.map((entry) => ({ kind, description: entry.trim().replaceAll(/\s+/g, ' ') }))
  })
}
