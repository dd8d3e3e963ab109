import { timeOrUnknown, own } from '@portolan/core'
import * as z from 'zod'
import type { EngineEvent } from './engine.ts'
import { exitCodeOf } from './exit-code.ts'
import { parseJson } from './json.ts'

/** One object of `nerdctl events --format '{{json .}}'`: containerd's event, itself JSON once more, in an envelope. */
const eventOutput = z.object({
  Timestamp: z.string().optional(),
  Topic: z.string().optional(),
  Event: z.string().optional(),
})

const containerdEvent = z.object({
  container_id: z.string().optional(),
  /** Of the process, in the events of tasks; of the container, in those of containers. */
  id: z.string().optional(),
  exit_status: z.unknown().optional(),
})

const DOCKER_NAMES: Record<string, string> = {
  '/containers/create': 'create',
  '/containers/delete': 'destroy',
  '/containers/update': 'update',
  '/tasks/start': 'start',
  '/tasks/exit': 'die',
  '/tasks/oom': 'oom',
  '/tasks/paused': 'pause',
  '/tasks/resumed': 'unpause',
}

/** null for what tells nothing of a container's life: images, snapshots, processes beside its own, a cut-off line. */
export function readNerdctlEvent(line: string): EngineEvent | null {
  const output = parseJson(eventOutput, line)
  const action = own(DOCKER_NAMES, output?.Topic ?? '')
  const event = parseJson(containerdEvent, output?.Event)
  const id = event?.container_id ?? event?.id
  if (action === undefined || id === undefined) return null
  const isExec = event?.id !== undefined && event.id !== '' && event.id !== id
  if (isExec) return null
  return {
    id,
    action,
    // A status of 0 is left out of the JSON.
    exitCode: action === 'die' ? exitCodeOf(event?.exit_status ?? 0) : null,
    at: timeOrUnknown(output?.Timestamp ?? ''),
  }
}
