import type { EngineEvent } from './engine.ts'

/** One object of `GET /events`, as far as we read it. */
interface EventReply {
  Type?: string
  Action?: string
  Actor?: { ID?: string; Attributes?: Record<string, string> | null }
  time?: number
  timeNano?: number
}

/** Podman's names for what Docker calls otherwise. */
const DOCKER_NAMES: Record<string, string> = { died: 'die', remove: 'destroy' }

/** null for what tells nothing of a container's life: exec and health checks, a cut-off line. */
export function readDockerEvent(line: string): EngineEvent | null {
  const event = parse(line)
  const id = event?.Actor?.ID
  if (event?.Type !== 'container' || event.Action === undefined || id === undefined) return null
  if (/^(exec_|health_status|attach|detach|resize|top|copy|export|kill)/.test(event.Action)) return null
  const { exitCode, containerExitCode } = event.Actor?.Attributes ?? {}
  return {
    id,
    action: DOCKER_NAMES[event.Action] ?? event.Action,
    exitCode: readExitCode(exitCode ?? containerExitCode),
    at: event.timeNano === undefined ? (event.time ?? 0) * 1000 : Math.floor(event.timeNano / 1e6),
  }
}

function parse(line: string): EventReply | null {
  try {
    return JSON.parse(line) as EventReply | null
  } catch {
    return null
  }
}

function readExitCode(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null
}
