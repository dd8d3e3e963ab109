/** What a probe can see: a closed list, in docs/causes.md with their meaning. */
export const SYMPTOMS = [
  'ok',
  'refused',
  'connect_timeout',
  'unreachable',
  'closed',
  'reset',
  'silent',
  'tls_error',
  'http_status',
  'body_mismatch',
  'truncated',
  'dns_error',
  'local_error',
] as const

export type Symptom = (typeof SYMPTOMS)[number]

/** What each symptom means, for people. */
export const SYMPTOM_MEANINGS: Record<Symptom, string> = {
  ok: 'bytes of the expected kind came back in time',
  refused: 'the connection was refused (RST on SYN)',
  connect_timeout: 'no answer to the connection request before the deadline',
  unreachable: 'host or network unreachable',
  closed: 'accepted, then closed before a byte came back',
  reset: 'accepted, then reset before a byte came back',
  silent: 'accepted, then not a byte before the deadline',
  tls_error: 'the TLS handshake failed',
  http_status: 'an HTTP status outside the expected ones',
  body_mismatch: 'an answer from something else than the expected service',
  truncated: 'an answer that broke off',
  dns_error: 'the name did not resolve',
  local_error: 'the prober itself could not probe: never counted against the port',
}

/**
 * The service answered, if not as it should: the port is reachable, what is wrong sits behind it.
 */
export function isReachable(symptom: Symptom): boolean {
  return symptom === 'ok' || symptom === 'http_status' || symptom === 'body_mismatch' || symptom === 'truncated'
}

/**
 * Symptoms that one mechanism shows by turns count as one when they are compared: docker-proxy closes or resets by
 * chance, and an address without a host times out or is unreachable depending on the neighbour table's age.
 */
export function sameClass(a: Symptom, b: Symptom): boolean {
  return classOf(a) === classOf(b)
}

function classOf(symptom: Symptom): Symptom {
  if (symptom === 'reset') return 'closed'
  if (symptom === 'unreachable') return 'connect_timeout'
  return symptom
}
