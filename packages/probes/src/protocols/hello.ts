/** The bytes that a hello stands for: `\r \n \t \\` and `\xHH` are decoded, everything else is UTF-8 as it is. */
export function decodeHello(text: string): Buffer {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\[rnt\\])/)
  return Buffer.concat(parts.map((part, index) => (index % 2 === 1 ? decodeEscape(part) : Buffer.from(part))))
}

const ESCAPES: Record<string, string> = { r: '\r', n: '\n', t: '\t', '\\': '\\' }

function decodeEscape(escape: string): Buffer {
  const letter = escape.slice(1)
  return Buffer.from(ESCAPES[letter] ?? String.fromCharCode(Number.parseInt(letter.slice(1), 16)), 'latin1')
}
