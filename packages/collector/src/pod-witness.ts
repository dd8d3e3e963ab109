import { Duplex } from 'node:stream'
import type { Burst, Clock, Log, Observation, PodWay, ProbePlan } from '@portolan/core'
import { type KubeClient, type PodPort, WayRefused } from '@portolan/kube'
import {
  type CarefulProber,
  createCarefulProber,
  type Dial,
  type Exchange,
  exchangeOver,
  type Seen,
  watchOwnTrouble,
} from '@portolan/probes'
import { steadyClock } from '@portolan/runtime'

/** Asks the pods of ports that are not well through the API server. Asks nothing that is not assigned. */
export interface PodWitness {
  assign(plans: ProbePlan[]): void
  burst(bursts: Burst[]): void
  stop(): Promise<void>
}

/** Equal answers are reported together, so often. */
const SAY_EVERY_MS = 1000
/** A way that was refused is tried again after so long: somebody may have granted it. */
const TRY_AGAIN_MS = 60_000

export function createPodWitness(options: {
  client: Pick<KubeClient, 'askPod' | 'forwardPort'>
  clock: Clock
  log: Log
  onObservation(observed: Observation): void
}): PodWitness {
  const { client, clock, log, onObservation } = options
  const trouble = watchOwnTrouble(steadyClock, () => {})
  const refused = new Map<PodWay, () => void>()
  let plans: ProbePlan[] = []
  const probers: Record<PodWay, CarefulProber> = {
    'pod-proxy': proberOf((call, ofClock, done) => askByHttp(planAt('pod-proxy', call), call, ofClock, done)),
    'port-forward': proberOf((call, ofClock, done) =>
      exchangeOver(forward, call, ofClock, (seen) => done(asReached(seen))),
    ),
  }

  function proberOf(exchange: Exchange): CarefulProber {
    return createCarefulProber({ clock, everyMs: SAY_EVERY_MS, trouble, tell: onObservation, exchange })
  }

  function planAt(way: PodWay, { address, port }: { address: string; port: number }): ProbePlan | undefined {
    return plans.find((plan) => plan.vantage === `api/${way}` && plan.address === address && plan.port === port)
  }

  const forward: Dial = (call, take) => {
    const to = podOf(planAt('port-forward', call))
    const stream = to === null ? nowhere() : client.forwardPort(to)
    stream.on('data', take)
    stream.on('error', (error: unknown) => noteRefusal('port-forward', error))
    return stream
  }

  const askByHttp = (plan: ProbePlan | undefined, ...[call, ofClock, done]: Parameters<Exchange>) => {
    const startedAt = ofClock.now()
    const begun = ofClock.monotonic()
    const abort = new AbortController()
    let over = false
    const end = (how: { symptom: 'local_error'; detail: string } | Awaited<ReturnType<KubeClient['askPod']>>) => {
      if (over) return
      stop()
      done({ ...how, startedAt, durationMs: ofClock.monotonic() - begun, phases: {} })
    }
    const stop = () => {
      over = true
      cancel()
      abort.abort()
    }
    // The API server does not say whether it was connected to the pod: the weaker symptom is reported.
    const cancel = ofClock.after(call.timeoutMs, () => end({ symptom: 'connect_timeout' }))
    const to = podOf(plan)
    const { protocol, path = '/' } = plan?.speech ?? {}
    const asked =
      to === null
        ? Promise.reject(new Error(NOT_ASSIGNED))
        : client.askPod(to, { scheme: protocol === 'https' ? 'https' : 'http', path, signal: abort.signal })
    asked.then(end, (error: unknown) => {
      noteRefusal('pod-proxy', error)
      end({ symptom: 'local_error', detail: String(error).slice(0, 200) })
    })
    return stop
  }

  function noteRefusal(way: PodWay, error: unknown): void {
    if (!(error instanceof WayRefused) || !error.isForbidden || refused.has(way)) return
    log.info({ way, reason: error.message }, 'the API server does not lead to pods')
    refused.set(
      way,
      clock.after(TRY_AGAIN_MS, () => {
        refused.delete(way)
        onObservation({ kind: 'witness', way, refused: null })
      }),
    )
    onObservation({ kind: 'witness', way, refused: error.message })
  }

  return {
    assign(assigned) {
      trouble.check()
      plans = assigned
      for (const [way, prober] of entries(probers)) {
        prober.assign(assigned.filter(({ vantage }) => vantage === `api/${way}`))
      }
    },
    burst: (bursts) => Object.values(probers).forEach((prober) => prober.burst(bursts)),
    async stop() {
      trouble.stop()
      for (const cancel of refused.values()) cancel()
      await Promise.all(Object.values(probers).map((prober) => prober.stop()))
    },
  }
}

/** Before it is connected the API server and the kubelet have not led to the pod: that says nothing of it. */
function asReached(seen: Seen): Seen {
  if (seen.symptom !== 'connect_timeout' && seen.symptom !== 'unreachable') return seen
  return { ...seen, symptom: 'local_error', detail: 'the API server did not lead to the pod in time' }
}

const NOT_ASSIGNED = 'the pod is not asked any more'

function podOf(plan: ProbePlan | undefined): PodPort | null {
  return plan?.pod === undefined ? null : { namespace: plan.pod.namespace, pod: plan.pod.name, port: plan.port }
}

function nowhere(): Duplex {
  return new Duplex({ read() {} }).destroy(new Error(NOT_ASSIGNED))
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][]
}
