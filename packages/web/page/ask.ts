import { withSession } from './session.ts'

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
  return request<T>(path, signal === undefined ? {} : { signal })
}

/** Why the collector cannot do its work at the moment; null while it can. @throws where it is away */
export async function readFault(): Promise<string | null> {
  const response = await fetch('/readyz', { signal: AbortSignal.timeout(10_000) })
  return response.ok ? null : String((await response.json()).detail)
}

/** Writes. @throws {Refused} as `ask` does */
export async function send<T>(path: string, document: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json' }
  return request<T>(path, { method: 'POST', headers, body: JSON.stringify(document) })
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const within = AbortSignal.timeout(10_000)
  const signal = init.signal == null ? within : AbortSignal.any([init.signal, within])
  const headers = withSession(init.headers ?? {}, init.method !== undefined)
  const response = await fetch(`/api/v1${path}`, { ...init, headers, signal })
  // A session that has ended: the page asks for the key.
  if (response.status === 401 && init.method === undefined) location.reload()
  const document = await response.json()
  if (!response.ok) throw new Refused(response.status, String(document.detail ?? response.statusText))
  return document as T
}
