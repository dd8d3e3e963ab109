import { drainText, percent } from '@portolan/core'
import type { CheckedPort } from '@portolan/wire'

/** `30080`, `5353/udp`, `any` for one that the engine picks, `no host port -> 30080`. */
export function portName({ hostPort, protocol, containerPort }: CheckedPort): string {
  const suffix = protocol === 'udp' ? '/udp' : ''
  if (hostPort === null) return containerPort === null ? 'no host port' : `no host port -> ${containerPort}${suffix}`
  return `${hostPort === 0 ? 'any' : hostPort}${suffix}`
}

export function verdictText({ verdict, darkProbability, drain }: CheckedPort): string {
  if (drain !== undefined) {
    const { darkSeconds, ...more } = drain
    return drainText({ verdict, darkProbability, ...more, darkMs: darkSeconds === null ? null : darkSeconds * 1000 })
  }
  switch (verdict) {
    case 'always_dark':
      return 'always dark'
    case 'may_go_dark':
      return darkProbability === null ? 'may go dark' : `may go dark ${percent(darkProbability)}`
    case 'fine':
    case 'unknown':
      return verdict
  }
}
