import type { Verdict } from './verdict.ts'

/**
 * How to talk to a service: what to say, and what its answer means. Pure, so one dialogue serves every probe of a plan,
 * and how the answer was cut into packets cannot matter.
 */
export interface Dialogue {
  /** Absent: a TCP connection. One datagram is said, and each that comes back is a whole answer. */
  transport?: 'udp'
  /** Speak TLS first: with this server name, if any. */
  tls?: { serverName?: string }
  /** Said once connected; null waits for the server. */
  opening: Buffer | null
  /**
   * @param received everything that was answered so far; empty only right after a TLS handshake
   * @param over nothing more will come: the server closed, broke off, or the time is up
   * @returns null while more is needed; null although it is over means that the answer broke off
   */
  judge(received: Buffer, over: boolean): Verdict | null
}
