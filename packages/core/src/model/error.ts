/** How a command ends. */
export const EXIT = { fine: 0, fault: 1, usage: 2, unable: 3 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Codes are what programs decide by, never the message. */
export type ErrorCode =
  | 'usage'
  | 'config_invalid'
  | 'engine_not_found'
  | 'engine_forbidden'
  | 'engine_unreachable'
  | 'no_clusters'
  | 'context_not_found'
  | 'kubeconfig_invalid'
  | 'api_unreachable'
  | 'api_forbidden'
  | 'api_not_found'
  | 'service_unready'
  | 'service_untrusted'
  | 'collector_away'
  | 'store_unusable'
  | 'port_in_use'
  | 'tool_missing'
  | 'tool_failed'

/** An error that a person can act on: `message` says what and where, `hint` what to do. */
export class PortolanError extends Error {
  override name = 'PortolanError'
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }

  get exitCode(): ExitCode {
    return this.code === 'usage' || this.code === 'config_invalid' || this.code === 'context_not_found'
      ? EXIT.usage
      : EXIT.unable
  }
}
