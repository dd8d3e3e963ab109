import { TRUST } from '@portolan/core'
import type { Certificate } from '@portolan/runtime'
import { readTimes } from './rotation.ts'

/**
 * A certificate that somebody else keeps in a Secret, with the certificate of its authority.
 *
 * Source: cert-manager, "Certificate resource": the keys `tls.crt`, `tls.key` and `ca.crt` of a Secret `kubernetes.io/tls`.
 *
 * @throws Error where it cannot be used now as that of this host
 */
export function readGiven(
  data: Record<string, string>,
  host: string,
  now: number,
): { current: Certificate; trusted: string } {
  const { 'tls.crt': cert = '', 'tls.key': key = '', [TRUST.key]: trusted = '' } = data
  const missing = Object.entries({ 'tls.crt': cert, 'tls.key': key, [TRUST.key]: trusted }).filter(([, text]) => !text)
  if (missing.length > 0) throw new Error(`its Secret has no ${missing.map(([name]) => name).join(' and no ')}`)
  const current = { cert, key }
  if (readTimes(current, host, now) === null)
    throw new Error(`its Secret holds no certificate, with its key, that is valid now for ${host}`)
  return { current, trusted }
}
