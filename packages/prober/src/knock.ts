import { connect } from 'node:net'
import type { Clock } from '@portolan/core'

/** The beginning of a host port, as the engine listens. */
export interface HostDoor {
  listenAddress: string
  hostPort: number
  protocol: 'tcp' | 'udp'
}

const TIMES = 3
/** Behind docker-proxy a connection is open at once, and its packets are still on their way to the node. */
const HELD_MS = 700

/**
 * Opens a few connections to a host port and closes them again, without a word. Over UDP it does nothing: a service may
 * take any datagram for a request.
 *
 * @returns how many it tried, which each sent at least one packet
 */
export async function knock(
  { listenAddress, hostPort, protocol }: HostDoor,
  clock: Pick<Clock, 'after'>,
): Promise<number> {
  if (protocol === 'udp') return 0
  const host = ANY[listenAddress] ?? listenAddress
  const sockets = Array.from({ length: TIMES }, () => connect({ host, port: hostPort }).on('error', () => {}))
  await new Promise<void>((resolve) => clock.after(HELD_MS, resolve))
  for (const socket of sockets) socket.destroy()
  return TIMES
}

const ANY: Partial<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
