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
    if (length > mostBytes) throw new Error(`the answer is longer than ${mostBytes / 1024 / 1024} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
