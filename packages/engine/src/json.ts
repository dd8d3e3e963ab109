/** What an engine or a file said; null where that is no JSON: a line that broke off, a file that is not there. */
export function parseJson<Shape>(text: string | null | undefined): Shape | null {
  try {
    return JSON.parse(text ?? '') as Shape | null
  } catch {
    return null
  }
}
