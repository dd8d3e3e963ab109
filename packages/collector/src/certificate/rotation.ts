import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Certificate } from '@portolan/runtime'

/** A certificate is valid from so long before it was made, for clocks that are behind. */
export const BACKDATED_MS = 60 * 60_000

export interface Kept {
  /** The one that is shown. */
  current: Certificate | null
  /** Trusted already, and shown once everybody knows it. */
  next: Certificate | null
}

/** `make` the certificate of that place, `promote` the next one to be the current one, or `stay`. */
export type Step = { do: 'stay' } | { do: 'promote' } | { do: 'make'; place: keyof Kept }

/**
 * The next certificate is made when two thirds of the time of the current one are over.
 *
 * @param world.isKnown whether everybody has had the time to learn of the next one
 */
export function nextStep(kept: Kept, world: { host: string; now: number; isKnown: boolean }): Step {
  const { host, now, isKnown } = world
  const current = readTimes(kept.current, host, now)
  const next = readTimes(kept.next, host, now)
  if (current === null) return next === null ? { do: 'make', place: 'current' } : { do: 'promote' }
  if (next !== null) return isKnown ? { do: 'promote' } : { do: 'stay' }
  const renewAt = current.to - (current.to - current.from) / 3
  return now >= renewAt ? { do: 'make', place: 'next' } : { do: 'stay' }
}

/** From when it was made to when it ends; null where it cannot be used now as the certificate of this host. */
export function readTimes(
  certificate: Certificate | null,
  host: string,
  now: number,
): { from: number; to: number } | null {
  if (certificate === null) return null
  try {
    const read = new X509Certificate(certificate.cert)
    const begins = read.validFromDate.getTime()
    const to = read.validToDate.getTime()
    const isOurs = read.checkPrivateKey(createPrivateKey(certificate.key)) && read.checkHost(host) !== undefined
    return isOurs && begins <= now && now < to ? { from: begins + BACKDATED_MS, to } : null
  } catch {
    return null
  }
}
