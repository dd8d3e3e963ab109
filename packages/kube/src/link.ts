import type { Resource } from '@portolan/core'
import type { Bench } from './bench.ts'
import type { Failure } from './failure.ts'

/** Whether one resource's watch stands, and who is told. */
export interface Link {
  isConnected(): boolean
  heard(): void
  /** The list told of something that the watch could not replay. */
  missed(): void
  stands(): void
  /** It broke off; perhaps the next attempt bridges that. */
  interrupted(failure: Failure): void
  /** It could not be bridged. Said once until it stands again. */
  lost(failure: Failure): void
  /** No use in waiting for it. */
  givenUp(): void
}

export function createLink(resource: Resource, bench: Bench): Link {
  const { clock, connection, outage } = bench
  let status: 'new' | 'connected' | 'lost' = 'new'
  let stood = false
  let interrupted = true
  let heardAt = clock.monotonic()

  function say(now: 'connected' | 'lost', reason: string): void {
    if (status === now) return
    status = now
    bench.onObservation({ kind: 'watch', resource, status: now, reason })
  }

  return {
    isConnected: () => status === 'connected',
    heard() {
      heardAt = clock.monotonic()
      bench.onHeard(resource)
    },
    missed: () => outage.missed(resource),
    stands() {
      if (!interrupted) return
      interrupted = false
      stood = true
      say('connected', `connected to ${connection.server()}`)
      outage.ended(resource)
    },
    interrupted(failure) {
      interrupted = true
      if (stood) outage.began(resource, failure.reason === 'silent' ? heardAt : clock.monotonic(), failure.message)
    },
    lost: (failure) => say('lost', failure.message),
    givenUp: () => outage.ended(resource),
  }
}
