import { readDuration } from '@portolan/base'
import { PortolanError } from '@portolan/core'

/** @throws PortolanError usage */
export function sinceMs(text: string): number {
  const ms = readDuration(text)
  if (ms === null) throw new PortolanError('usage', `since is "${text}"`, 'expected a duration such as 30m or 24h')
  return ms
}
