import type { Assignment, Burst, Observation } from '@portolan/core'
import { type CarefulProber, createCarefulProber, type Exchange, watchOwnTrouble } from '@portolan/probes'
import { type Carry, createSpool, createStanding, createUplink, type Shelf, type Uplink } from '@portolan/uplink'
import type { QuietClock, SimulatedTime } from './simulated-time.ts'
import { ECHO_PORT, SILENT_LOG } from './surroundings.ts'

/** A prober in the process of its collector. */
export interface NearObserver {
  assign(assignment: Assignment): void
  burst(bursts: Burst[]): void
  tell(observed: Observation): void
  /** Nothing that it holds gets out any more. */
  kill(): void
}

/** Equal answers are reported together, this often. */
const TELL_MS = { host: 1000, agent: 5000 }
const PRESENT_MS = 3000

export function createNearObserver(options: {
  clock: QuietClock
  exchange: Exchange
  tell(observed: Observation): void
}): NearObserver {
  const { tell } = options
  const prober = createSimulatedProber({ ...options, everyMs: TELL_MS.host })
  return {
    assign: ({ plans }) => prober.assign(plans),
    burst: prober.burst,
    tell,
    kill: prober.end,
  }
}

/** An observer whose collector is elsewhere: the prober of an installation, or the agent on a node. */
export function createFarObserver(options: {
  time: SimulatedTime
  clock: QuietClock
  random: () => number
  exchange: Exchange
  cluster: string
  source: string
  boot: string
  /** Where it keeps what is not acknowledged: outlives it. */
  shelf: Shelf
  carry: Carry
  /** The agent on this node; null: the prober of the host. */
  agent: { node: string; address: string } | null
}): NearObserver {
  const { time, clock, cluster, source, boot, random, agent } = options
  const standing = createStanding()
  const everyMs = agent === null ? TELL_MS.host : TELL_MS.agent
  const prober = createSimulatedProber({ ...options, everyMs, tell })
  let isDead = false
  const spool = createSpool(
    { ...options.shelf, write: alive(options.shelf.write), remove: alive(options.shelf.remove) },
    { log: SILENT_LOG },
  )
  const carry: Carry = async (request) => {
    if (isDead) throw new Error('killed')
    const answer = await options.carry(request)
    if (isDead) throw new Error('killed')
    return answer
  }
  const uplink: Uplink = createUplink({
    cluster,
    source,
    boot,
    clock,
    log: SILENT_LOG,
    carry,
    spool,
    random,
    standing: standing.all,
    onAssignment(assignment) {
      standing.keep(assignment)
      prober.assign(assignment.plans)
    },
    onBurst: prober.burst,
  })
  let cancel = () => {}

  function alive<Given extends unknown[]>(run: (...given: Given) => void): (...given: Given) => void {
    return (...given) => {
      if (!isDead) run(...given)
    }
  }

  function tell(observed: Observation): void {
    if (isDead) return
    standing.take(observed)
    uplink.tell(observed, clock.now())
    time.touch()
  }

  function sayPresent(): void {
    if (agent === null) return
    tell({ kind: 'agent', node: agent.node, address: agent.address, echoPort: ECHO_PORT })
    cancel = clock.after(PRESENT_MS, sayPresent)
  }

  sayPresent()
  uplink.start()
  time.touch()
  return {
    assign() {},
    burst() {},
    tell,
    kill() {
      isDead = true
      cancel()
      prober.end()
      uplink.stop().catch(() => {})
      time.touch()
    },
  }
}

/** The real one over simulated calls: the echo goes over them as well. */
function createSimulatedProber(options: {
  clock: QuietClock
  exchange: Exchange
  everyMs: number
  tell(observed: Observation): void
}): Pick<CarefulProber, 'assign' | 'burst'> & { end(): void } {
  const { everyMs, exchange } = options
  const { now, monotonic, quiet: after } = options.clock
  const clock = { now, monotonic, after }
  let isOver = false
  function tell(observed: Observation): void {
    if (!isOver) options.tell(asEcho(observed))
  }
  const trouble = watchOwnTrouble(clock, ({ from, to, reason }) => {
    if (!prober.looks) return
    prober.flush()
    tell({ kind: 'gap', scope: 'prober', from, to, reason })
  })
  const prober = createCarefulProber({ clock, everyMs, trouble, tell, exchange })
  return {
    assign(plans) {
      trouble.check()
      prober.assign(plans.map((plan) => (plan.speech.protocol === 'echo' ? { ...plan, speech: OVER_CALLS } : plan)))
    },
    burst: prober.burst,
    end() {
      isOver = true
      trouble.stop()
      prober.stop().catch(() => {})
    },
  }
}

const OVER_CALLS = { protocol: 'tcp', why: 'the echo is a call here', identity: 'echo', hello: 'echo' } as const

function asEcho(observed: Observation): Observation {
  if (observed.kind !== 'outcome' || !observed.outcome.target.startsWith('peer:')) return observed
  return { kind: 'outcome', outcome: { ...observed.outcome, protocol: 'echo' } }
}
