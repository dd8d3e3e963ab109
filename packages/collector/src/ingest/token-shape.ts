/** A header of HTTP is no longer than this in Node. */
const LONGEST = 16_384

/**
 * Whether a token may be meant for this audience: three parts, of which the second is JSON and names the audience. It
 * proves nothing, but only such a token is worth a question to the API server.
 *
 * Source: RFC 7519, sections 3 and 4.1.3; tokens of Kubernetes service accounts are signed JWTs.
 */
export function mayBeFor(token: string, audience: string): boolean {
  return [claimsOf(token)?.aud].flat().includes(audience)
}

/** When a token ends that was verified, ms since the epoch; 0 where it does not say. */
export function endOf(token: string): number {
  const end = claimsOf(token)?.exp
  return typeof end === 'number' && Number.isSafeInteger(end) ? end * 1000 : 0
}

/** null where it has another shape. */
function claimsOf(token: string): { aud?: unknown; exp?: unknown } | null {
  if (token.length > LONGEST || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return null
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { aud?: unknown } | null
  } catch {
    return null
  }
}
