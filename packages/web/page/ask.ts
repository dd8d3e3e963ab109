/** The collector answered, and with an error of its own. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/**
 * Asks the API of the collector that served the page.
 *
 * @throws {Refused} when it says no; any other error means that it is away
 */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const within = AbortSignal.timeout(10_000)
  const response = await fetch(`/api/v1${path}`, {
    signal: signal === undefined ? within : AbortSignal.any([signal, within]),
  })
  const document = await response.json()
  if (!response.ok) throw new Refused(response.status, String(document.detail ?? response.statusText))
  return document as T
}
