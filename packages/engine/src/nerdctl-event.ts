import { timeOrUnknown } from '@portolan/core'
import type { EngineEvent } from './engine.ts'
import { exitCodeOf } from './exit-code.ts'
import { parseJson } from './json.ts'

/** One object of `nerdctl events --format '{{json .}}'`: containerd's event, itself JSON once more, in an envelope. */
interface EventOutput {
  Timestamp?: string
  Topic?: string
  Event?: string
}

interface ContainerdEvent {
  container_id?: string
  /** Of the process, in the events of tasks; of the container, in those of containers. */
  id?: string
  exit_status?: number
}

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
  const output = parseJson<EventOutput>(line)
  const action = DOCKER_NAMES[output?.Topic ?? '']
  const event = parseJson<ContainerdEvent>(output?.Event)
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
