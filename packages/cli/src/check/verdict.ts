import { EXIT, type ExitCode } from '@portolan/core'
import type { CheckDocument, CheckedPort } from '@portolan/wire'

/** From which verdict on a check fails. */
export const THRESHOLDS = ['may', 'always'] as const

export type Threshold = (typeof THRESHOLDS)[number]

export function exceeds({ verdict }: CheckedPort, threshold: Threshold): boolean {
  return verdict === 'always_dark' || (verdict === 'may_go_dark' && threshold === 'may')
}

export function checkExitCode({ ports, problems }: CheckDocument, threshold: Threshold): ExitCode {
  if (problems.length > 0) return EXIT.usage
  return ports.some((port) => exceeds(port, threshold)) ? EXIT.fault : EXIT.fine
}
