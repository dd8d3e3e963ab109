/** What a person says about a stretch of time. While it lasts the ports that it names do not page. Times are ms. */
export interface Note {
  id: string
  /** null: of every cluster. */
  cluster: string | null
  /** Empty: the whole cluster. */
  targets: string[]
  from: number
  to: number
  text: string
  /** Who wrote it, as far as that is known. */
  author?: string
}

/** Only a note that names its ports silences them: one about everything just tells. */
export function isSilenced(target: { cluster: string; id: string }, notes: readonly Note[], at: number): boolean {
  return notes.some(
    ({ cluster, targets, from, to }) =>
      from <= at && at < to && (cluster === null || cluster === target.cluster) && targets.includes(target.id),
  )
}
