import { useMemo } from 'preact/hooks'
import type { IncidentDocument, TargetDocument } from '../documents.ts'
import { EVERYTHING, isChosen, rowsOf } from '../now/port-rows.ts'
import { useAnswer } from '../parts/use-answer.ts'
import { inPlace } from '../navigation.ts'
import type { View } from './view.ts'

/** As many as an address holds. */
const MOST = 150
const ROUND_MS = 60_000

/** The lanes that a search and "only what was dark" leave, in order; null: all of them. */
export function useNarrowed(asked: {
  targets: readonly TargetDocument[] | null
  text: string
  onlyDark: boolean
  view: View
  news: number
}): string[] | null {
  const { targets, text, onlyDark, view, news } = asked
  const [from, to] = [Math.floor(view.from / ROUND_MS) * ROUND_MS, Math.ceil(view.to / ROUND_MS) * ROUND_MS]
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
  const path = onlyDark && view.to > 0 ? inPlace(`/incidents?${range}&limit=1000`) : null
  const { value, last } = useAnswer<{ incidents: IncidentDocument[] }>(path, news)
  const dark = onlyDark ? (value ?? last) : null
  return useMemo(() => {
    if (text.trim() === '' && dark === null) return null
    const wasDark = dark === null ? null : new Set(dark.incidents.map(({ cluster, target }) => `${cluster}/${target}`))
    const searched = rowsOf(targets ?? []).filter((row) => row.port !== null && isChosen(row, { ...EVERYTHING, text }))
    const known = new Set((targets ?? []).map(({ cluster, id }) => `${cluster}/${id}`))
    // Of a port that is gone nothing is known but that it was dark.
    const gone = [...(wasDark ?? [])].filter(
      (key) => !known.has(key) && key.includes(text.trim()) && !key.includes('/route:'),
    )
    return [...searched.map(({ key }) => key).filter((key) => wasDark?.has(key) ?? true), ...gone].sort().slice(0, MOST)
  }, [targets, text, dark])
}
