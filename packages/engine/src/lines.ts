/** Characters; an event of an engine has some hundreds. */
const LONGEST_LINE = 1024 * 1024

/**
 * A byte stream as its lines, wherever its chunks break; empty lines are left out.
 *
 * @throws {Error} where a line does not end within a million characters
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new Error(`sent a line of more than ${LONGEST_LINE} characters`)
    for (const line of parts) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') yield rest
}
