/** Refused requests are answered with a Status object. */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string

  constructor(code: number, reason: string, message: string) {
    super(message)
    this.code = code
    this.reason = reason
  }
}

export function asStatus(error: ApiError): object {
  const { code, reason, message } = error
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }
}

export function notFound(plural: string, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${plural} "${name}" not found`)
}

export function expired(): ApiError {
  return new ApiError(410, 'Expired', 'The resourceVersion for the provided list or watch is too old.')
}
