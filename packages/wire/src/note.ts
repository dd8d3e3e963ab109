import type { Note } from '@portolan/core'
import * as z from 'zod'
import { timestamp, toTimestamp } from './time.ts'

export const noteDocument = z.object({
  id: z.string(),
  cluster: z.string().nullable().meta({ description: 'null: of every cluster' }),
  targets: z
    .array(z.string())
    .meta({ description: 'ports that do not page while it lasts; empty: it is about all, and silences none' }),
  from: timestamp,
  to: timestamp,
  text: z.string(),
  author: z
    .string()
    .nullable()
    .meta({ description: 'who wrote it: the owner of a token, or what a holder of the key said' }),
})

export const notesDocument = z.object({ notes: z.array(noteDocument) })

export type NoteDocument = z.infer<typeof noteDocument>
export type NotesDocument = z.infer<typeof notesDocument>

export function encodeNote(note: Note): NoteDocument {
  return { ...note, from: toTimestamp(note.from), to: toTimestamp(note.to), author: note.author ?? null }
}
