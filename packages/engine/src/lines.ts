/** A byte stream as its lines, wherever its chunks break; empty lines are left out. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') yield rest
}
