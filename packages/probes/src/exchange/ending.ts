import type { Phase } from '@portolan/core'
import type { Dialogue } from '../protocols/dialogue.ts'
import { excerptOf } from '../protocols/excerpt.ts'
import { recognise } from '../protocols/recognise.ts'
import { symptomOfError } from './socket-symptom.ts'
import type { Verdict } from '../protocols/verdict.ts'

/** How an exchange ended before its dialogue came to a verdict. */
export type Ending =
  | { kind: 'closed' }
  | { kind: 'failed'; error: SocketError }
  | { kind: 'too long' }
  /** `heldUpMs`: how much later than the deadline we took a step that was due before it. */
  | { kind: 'time up'; timeoutMs: number; heldUpMs: number }

export interface SocketError extends NodeJS.ErrnoException {
  /** OpenSSL's words. */
  reason?: string
}

/** How far the exchange had come. */
export interface Progress {
  phase: Phase
  received: Buffer
  /** What came before the TLS handshake was done. */
  raw: Buffer
  dialogue: Dialogue
}

/** Timers are never quite on time. */
const TOLERATED_MS = 20

export function judgeEnding(ending: Ending, progress: Progress): Verdict {
  const { phase, received, raw, dialogue } = progress
  if (ending.kind === 'time up' && ending.heldUpMs > TOLERATED_MS) {
    return { symptom: 'local_error', detail: `the prober was held up for ${Math.round(ending.heldUpMs)} ms` }
  }
  if (phase === 'tls' && raw.length > 0) {
    const speaks = recognise(raw)
    return { symptom: 'tls_error', detail: describe(ending), ...(speaks && { speaks }) }
  }
  if (received.length > 0) {
    const judged = dialogue.judge(received, true)
    return judged ?? { symptom: 'truncated', detail: describe(ending), excerpt: excerptOf(received) }
  }
  return judgeNothing(ending, phase)
}

/** Not a byte came. */
function judgeNothing(ending: Ending, phase: Phase): Verdict {
  switch (ending.kind) {
    case 'closed':
      return { symptom: 'closed' }
    case 'time up':
      return { symptom: phase === 'connect' ? 'connect_timeout' : 'silent' }
    case 'failed':
      if (ending.error.code?.startsWith('ERR_SSL')) return { symptom: 'tls_error', detail: describe(ending) }
      return { symptom: symptomOfError(ending.error.code, phase !== 'connect'), detail: describe(ending) }
    case 'too long':
      return { symptom: 'truncated' }
  }
}

function describe(ending: Ending): string {
  switch (ending.kind) {
    case 'closed':
      return 'closed in the middle of the answer'
    case 'failed':
      return (ending.error.reason ?? ending.error.message).slice(0, 200)
    case 'too long':
      return 'the answer has no end'
    case 'time up':
      return `the answer was not complete within ${ending.timeoutMs} ms`
  }
}
