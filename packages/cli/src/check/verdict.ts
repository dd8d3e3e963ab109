import { EXIT, type ExitCode } from '@portolan/core'
import type { CheckDocument, CheckedPort } from '@portolan/wire'

/** From which verdict on a check fails. */
export const THRESHOLDS = ['may', 'always'] as const

export type Threshold = (typeof THRESHOLDS)[number]

export function exceeds({ verdict }: CheckedPort, threshold: Threshold): boolean {
  return verdict === 'always_dark' || (verdict === 'may_go_dark' && threshold === 'may')
}

/** A Service that no host port leads to is no fault: it may be meant for the inside. */
export function checkExitCode({ ports, problems }: CheckDocument, threshold: Threshold): ExitCode {
  if (problems.length > 0) return EXIT.usage
  return ports.some((port) => port.hostPort !== null && exceeds(port, threshold)) ? EXIT.fault : EXIT.fine
}
