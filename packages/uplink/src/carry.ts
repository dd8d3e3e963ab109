export interface CarriedRequest {
  method: 'GET' | 'POST'
  /** With its query. */
  path: string
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
}

/** Header names are in lower case. */
export interface CarriedAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * Takes one request to the collector and brings the answer back, whatever its status. It says who asks by itself.
 *
 * @throws when there is no answer, or when the signal is aborted
 */
export type Carry = (request: CarriedRequest) => Promise<CarriedAnswer>

/** Headers as Node has them, each as one text. */
export function flatHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
