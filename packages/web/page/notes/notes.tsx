import type { NotesDocument } from '@portolan/wire'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import { useAnswer } from '../parts/use-answer.ts'
import { moment } from '../time.ts'
import { NoteForm } from './note-form.tsx'
import { writePart } from '../route.ts'

/** What people said about a port in a stretch of time, and room to say more. @param range null: now; a note that begins with it was added later, and silenced nothing */
export function Notes(props: {
  cluster: string
  target: string
  range: { from: string; to: string } | null
  news: number
}) {
  const { cluster, target, range, news } = props
  const [added, setAdded] = useState(0)
  const [since] = useState(() => new Date(now()).toISOString())
  const { from, to } = range ?? { from: since, to: null }
  const query = `cluster=${writePart(cluster)}&from=${from}${to === null ? '' : `&to=${to}`}`
  const { value } = useAnswer<NotesDocument>(`/notes?${query}`, news + added)
  const notes = value?.notes.filter(({ targets }) => targets.length === 0 || targets.includes(target)) ?? []
  return (
    <div class="notes">
      <ul>
        {notes.map((note) => (
          <li key={note.id}>
            {note.text}{' '}
            <small>
              {moment(Date.parse(note.from), now())} to {moment(Date.parse(note.to), now())}
              {note.author === null ? '' : `, by ${note.author}`}
              {note.targets.length === 0 || note.from === range?.from ? '' : ', silenced meanwhile'}
            </small>
          </li>
        ))}
      </ul>
      <NoteForm cluster={cluster} target={target} range={range} onNoted={() => setAdded(added + 1)} />
    </div>
  )
}
