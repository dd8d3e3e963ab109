/** A header of HTTP is no longer than this in Node. */
const LONGEST = 16_384

/**
 * Whether a token may be meant for this audience: three parts, of which the second is JSON and names the audience. It
 * proves nothing, but only such a token is worth a question to the API server.
 *
 * Source: RFC 7519, sections 3 and 4.1.3; tokens of Kubernetes service accounts are signed JWTs.
 */
export function mayBeFor(token: string, audience: string): boolean {
  if (token.length > LONGEST || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      aud?: unknown
    } | null
    return [claims?.aud].flat().includes(audience)
  } catch {
    return false
  }
}
