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

/** `67 %`, and `100 %` or `0 %` only where it is exactly so. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.01) return '< 1 %'
  if (probability < 1 && probability > 0.99) return '> 99 %'
  return `${Math.round(probability * 100)} %`
}
