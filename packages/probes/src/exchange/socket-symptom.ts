import type { Symptom } from '@portolan/core'

const SYMPTOM_OF_CODE: Record<string, Symptom> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'connect_timeout',
  ENOTFOUND: 'dns_error',
  EAI_AGAIN: 'dns_error',
}

/**
 * The symptom behind the error of a socket on which nothing was answered yet. What says nothing about the other side (no
 * descriptor, port or buffer left, network down, not permitted) is `local_error`.
 */
export function symptomOfError(code: string | undefined, connected: boolean): Symptom {
  // The kernel gives up on an open connection whose bytes are never acknowledged.
  if (connected && code === 'ETIMEDOUT') return 'silent'
  return SYMPTOM_OF_CODE[code ?? ''] ?? 'local_error'
}
