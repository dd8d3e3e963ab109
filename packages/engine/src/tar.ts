const BLOCK = 512

/**
 * The first file of an archive as engines send it; null where there is none, or where it breaks off.
 *
 * Source: POSIX, pax, "ustar Interchange Format": blocks of 512 bytes, the size in octal digits at 124, the type at 156.
 */
export function firstFileIn(archive: Uint8Array): string | null {
  const bytes = Buffer.from(archive)
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 136), 8)
    const end = at + BLOCK + size
    if (!Number.isSafeInteger(size) || size < 0 || end > bytes.length) return null
    const type = bytes.toString('latin1', at + 156, at + 157)
    if (type === '0' || type === '\0') return bytes.toString('utf8', at + BLOCK, end)
    at = end + ((BLOCK - (size % BLOCK)) % BLOCK)
  }
  return null
}
