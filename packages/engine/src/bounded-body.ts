/**
 * The whole body. The connection is closed where more comes.
 *
 * @throws {Error} naming the bound; else as the body does
 */
export async function readWithin(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > mostBytes) throw new Error(`the answer is longer than ${sizeText(mostBytes)}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The beginning of a body, for people; the rest is not read. As far as it came, where it breaks off. */
export async function readBeginning(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= mostBytes) break
    }
  } catch {
    // What came says more than that it broke off.
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBytes)
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`
}
