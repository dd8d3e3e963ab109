import { timeOrUnknown, own } from '@portolan/core'
import * as z from 'zod'
import type { EngineEvent } from './engine.ts'
import { exitCodeOf } from './exit-code.ts'
import { parseJson } from './json.ts'
import { providerOf } from './providers/index.ts'

/** One object of `GET /events`, as far as we read it. */
const eventReply = z.object({
  Type: z.string().optional(),
  Action: z.string().optional(),
  Actor: z.object({ ID: z.string().optional(), Attributes: z.record(z.string(), z.string()).nullish() }).optional(),
  time: z.number().optional().catch(0),
  timeNano: z.number().optional().catch(0),
})

/** What changes a container's life, the last two as Podman calls them. */
const ACTIONS: Record<string, string> = {
  create: 'create',
  start: 'start',
  die: 'die',
  stop: 'stop',
  pause: 'pause',
  unpause: 'unpause',
  oom: 'oom',
  restart: 'restart',
  rename: 'rename',
  update: 'update',
  destroy: 'destroy',
  died: 'die',
  remove: 'destroy',
}

/** null for containers of no cluster, and for what is no part of a container's life: commands, health checks. */
export function readDockerEvent(line: string): EngineEvent | null {
  const event = parseJson(eventReply, line)
  const id = event?.Actor?.ID
  const action = own(ACTIONS, event?.Action ?? '')
  const attributes = event?.Actor?.Attributes ?? {}
  if (event?.Type !== 'container' || action === undefined || id === undefined) return null
  if (providerOf(attributes) === null) return null
  return {
    id,
    action,
    // Podman gives a 0 to every event.
    exitCode: action === 'die' ? exitCodeOf(attributes['exitCode'] ?? attributes['containerExitCode']) : null,
    at: timeOrUnknown(event.timeNano === undefined ? (event.time ?? 0) * 1000 : Math.floor(event.timeNano / 1e6)),
  }
}
