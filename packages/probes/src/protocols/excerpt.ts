/** At most 200 printable characters of an answer, for people: other bytes are shown as dots. */
export function excerptOf(bytes: Buffer): string {
  return bytes
    .toString('latin1', 0, 200)
    .replace(/[\r\n\t ]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '.')
    .trim()
}
