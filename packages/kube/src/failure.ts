/** Why a watch had to be started anew; a routine end by the server is none. */
export const RESTART_REASONS = [
  'expired',
  'dropped',
  'silent',
  'unreachable',
  'unauthorized',
  'forbidden',
  'rejected',
  'internal',
] as const

export type RestartReason = (typeof RESTART_REASONS)[number]

/** `message` is the short sentence for people. */
export class Failure extends Error {
  override name = 'Failure'
  readonly reason: RestartReason

  constructor(reason: RestartReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

export function toFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', messageOf(error), error)
}

export function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : JSON.stringify(error)
}

/** No answer came, or it broke off. */
export function unreachable(server: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException)?.code ?? ''
  return new Failure('unreachable', `${WORDS[code] ?? describe(code, error)} at ${server}`, error)
}

/** The API server said no. `text` is the message of its Status object. */
export function refusedBy(server: string, status: number, text: string, resource: string): Failure {
  switch (status) {
    case 401:
      return new Failure('unauthorized', `credentials not accepted at ${server}`)
    case 403:
      return new Failure('forbidden', `no permission to list and watch ${resource} at ${server}`)
    case 410:
      return new Failure('expired', `resource version too old: ${text}`)
    default:
      return new Failure('rejected', `answer ${status} at ${server}: ${text || 'no reason given'}`)
  }
}

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the host',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found',
}

/** Faults of certificates have codes like DEPTH_ZERO_SELF_SIGNED_CERT, CERT_HAS_EXPIRED, UNABLE_TO_VERIFY_... */
function describe(code: string, error: unknown): string {
  if (/CERT|UNABLE_TO_|ERR_TLS/.test(code)) return `certificate not trusted (${code})`
  return code === '' ? messageOf(error) : `connection failed (${code})`
}
