import type { PortVerdict } from '@portolan/core'
import type { CheckedPort, CheckRemedy } from '@portolan/wire'

/** @param found what the caller knows of the files: the remedies with their diffs, and where it stands */
export function encodeCheckedPort(
  verdict: Omit<PortVerdict, 'remedies'>,
  found: { remedies: CheckRemedy[]; file: string | null; line: number | null },
): CheckedPort {
  const { about: _, listenAddresses, darkProbability, ...plain } = verdict
  return {
    ...plain,
    listenAddress: listenAddresses.length === 0 ? null : listenAddresses.join(', '),
    darkProbability: darkProbability === null ? null : Math.round(darkProbability * 10_000) / 10_000,
    remedies: found.remedies,
    file: found.file,
    line: found.line,
  }
}
