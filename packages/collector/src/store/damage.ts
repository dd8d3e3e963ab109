import type { Change, Epoch, Incident, Note, RouteExplanation, TargetExplanation } from '@portolan/core'
import {
  changeLine,
  encodeChange,
  encodeEpoch,
  encodeExplanation,
  encodeIncident,
  encodeNote,
  encodeNotifications,
  encodeRouteExplanation,
  epochDocument,
  faultText,
  incidentDocument,
  noteDocument,
  notificationDocument,
} from '@portolan/wire'
import * as z from 'zod'
import type { Page } from '../notify/book.ts'

/** A row that cannot be read, or cannot be written: it is left out, and the others are not. */
export interface DamagedRow {
  table: string
  /** What it is found by, in printable characters. */
  id: string
  why: string
}

export type OnDamaged = (row: DamagedRow) => void

const LONGEST = 200

/** @param error what reading or writing it threw */
export function damagedRow(table: string, id: unknown, error: unknown): DamagedRow {
  return { table, id: printable(String(id)), why: printable(`not what it should be: ${faultText(error)}`) }
}

function printable(text: string): string {
  return text.slice(0, LONGEST).replace(/[^\x20-\x7e]/g, '?')
}

/**
 * What a body has to be: it can be told as the document that the API answers, which says what each field is.
 *
 * @throws where it is not
 */
export const check = {
  change: (change: Change): void => void changeLine.parse(encodeChange(change)),
  incident: (incident: Incident): void => void incidentDocument.parse(encodeIncident(incident, 0)),
  epoch: (epoch: Epoch): void => void epochDocument.parse(encodeEpoch(epoch)),
  page({ key, on, waiting, sentAt }: Page): void {
    z.object({ key: z.string(), on: z.string().nullable(), sentAt: z.number().nullable() }).parse({ key, on, sentAt })
    if (waiting !== null) notificationDocument.parse(encodeNotifications([waiting], { at: 0, leftOut: 0 }))
  },
  note: (note: Note): void => void noteDocument.parse(encodeNote(note)),
  /** Its fields grow from version to version, so that an older one is no damage. */
  explanation(explanation: TargetExplanation): void {
    const { target } = encodeExplanation(explanation, 0)
    z.object({ id: z.string(), cluster: z.string(), node: z.string(), hostPort: z.int() }).parse(target)
  },
  route(explanation: RouteExplanation): void {
    const { route } = encodeRouteExplanation(explanation, 0)
    z.object({ id: z.string(), cluster: z.string(), name: z.string(), port: z.null() }).parse(route)
  },
}
