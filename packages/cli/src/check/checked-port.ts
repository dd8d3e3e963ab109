import type { DrainedPort, PortVerdict } from '@portolan/core'
import type { CheckedPort, CheckRemedy } from '@portolan/wire'

interface Found {
  remedies: CheckRemedy[]
  file: string | null
  line: number | null
}

/** @param found what the caller knows of the files: the remedies with their diffs, and where it stands */
export function encodeCheckedPort(
  verdict: Omit<PortVerdict, 'remedies'>,
  { remedies, file, line }: Found,
): CheckedPort {
  const { about: _, listenAddresses, darkProbability, ...plain } = verdict
  return {
    ...plain,
    listenAddress: listenAddresses.length === 0 ? null : listenAddresses.join(', '),
    darkProbability: darkProbability === null ? null : Math.round(darkProbability * 10_000) / 10_000,
    remedies,
    file,
    line,
  }
}

/** Of a cluster that runs: what a drain would make of the port. */
export function encodeDrainedPort({ answersNow, darkUntil, darkMs, remedies, ...verdict }: DrainedPort): CheckedPort {
  const darkSeconds = darkMs === null ? null : darkMs / 1000
  const drain = { answersNow, darkUntil, darkSeconds }
  return { ...encodeCheckedPort(verdict, { remedies, file: null, line: null }), drain }
}
