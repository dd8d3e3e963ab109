import { type Notification, NOTIFICATION_TYPES } from '@portolan/core'
import * as z from 'zod'
import { encodeIncident, incidentDocument } from './incident.ts'
import { timestamp, toTimestamp } from './time.ts'

const event = z.object({
  type: z.enum(NOTIFICATION_TYPES),
  at: timestamp,
  cluster: z.string(),
  target: z.string(),
  summary: z.string().meta({ description: 'one sentence' }),
  times: z.int().meta({ description: 'how often it began since the last message about it' }),
  incident: incidentDocument.nullable(),
  darkProbability: z
    .number()
    .nullable()
    .meta({ description: 'of risk.began: how probable it is that the next reschedule leaves the port dark' }),
})

/** The body of one request to a webhook. */
export const notificationDocument = z.object({
  at: timestamp.meta({ description: 'when it was sent first' }),
  leftOut: z.int().meta({ description: 'older messages that were not sent, because too many waited for too long' }),
  events: z.array(event),
})

export type NotificationDocument = z.infer<typeof notificationDocument>

export function encodeNotifications(
  notifications: readonly Notification[],
  { at, leftOut }: { at: number; leftOut: number },
): NotificationDocument {
  return {
    at: toTimestamp(at),
    leftOut,
    events: notifications.map((one) => ({
      ...one,
      at: toTimestamp(one.at),
      incident: one.incident === null ? null : encodeIncident(one.incident, one.at),
    })),
  }
}
