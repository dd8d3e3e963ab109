import { Agent, request } from 'node:http'
import { type Assignment, type Log, type Observation, type ProbePlan, TOKEN_HEADER } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { type CarriedAnswer, type CarriedRequest, type Carry, createMemorySpool, createUplink } from '@portolan/uplink'
import { agent, NODES } from './big-cluster.ts'

/** A thousand agents that probe nothing, and tell of every plan that all is well. */
export interface SimulatedAgents {
  start(): void
  /** From now on each tells of all its plans, so often. */
  tellEvery(ms: number): void
  /** Says nothing any more; resolves when all that was told is acknowledged. */
  fallSilent(): Promise<void>
  stop(): Promise<void>
  /** How many have something to probe. */
  assigned(): number
  plans(): number
  /** By source, how many facts were told in the life `bench`. */
  told: Map<string, number>
  /** Since `fresh`: of each POST, ms. */
  trips: number[]
  requests: number
  refused: number
  fresh(): void
}

const PRESENT_EVERY_MS = 3000
/** As a DaemonSet comes up: not all in one moment. */
const START_MS = 10_000
const silent: Log = { debug() {}, info() {}, warn() {}, error: (fields, text) => console.error(text, fields) }

/** @param onAssignment of the agent on this node */
export function createSimulatedAgents(
  port: number,
  onAssignment: (node: string, assignment: Assignment) => void,
): SimulatedAgents {
  let everyMs = 5000
  let isSilent = false
  const agents = Array.from({ length: NODES }, (_, index) => createOne(index))

  const all: SimulatedAgents = {
    start() {
      for (const [index, one] of agents.entries()) systemClock.after((START_MS * index) / NODES, one.start)
    },
    tellEvery(ms) {
      everyMs = ms
      for (const one of agents) one.tellSoon()
    },
    async fallSilent() {
      isSilent = true
      await Promise.all(agents.map((one) => one.drained()))
    },
    async stop() {
      await Promise.all(agents.map((one) => one.stop()))
    },
    assigned: () => agents.filter((one) => one.plans.length > 0).length,
    plans: () => agents.reduce((sum, one) => sum + one.plans.length, 0),
    told: new Map(),
    trips: [],
    requests: 0,
    refused: 0,
    fresh() {
      all.trips = []
      all.requests = 0
    },
  }
  return all

  function createOne(index: number) {
    const node = `node-${index}`
    const source = `agent/${node}`
    const present = agent(index)
    const emptied = Promise.withResolvers<void>()
    let cancel = () => {}
    const spool = createMemorySpool({ log: silent })
    const sockets = new Agent({ keepAlive: true })
    const one = { plans: [] as ProbePlan[], start, tellSoon, drained, stop }
    const uplink = createUplink({
      cluster: 'dev',
      source,
      boot: 'bench',
      clock: systemClock,
      log: silent,
      carry: carrying(node, sockets),
      spool,
      standing: () => [present],
      onAssignment(assignment) {
        one.plans = assignment.plans
        onAssignment(node, assignment)
      },
      onBurst() {},
      onState: () => isSilent && spool.batches === 0 && emptied.resolve(),
    })
    return one

    function say(observed: Observation): void {
      if (isSilent) return
      all.told.set(source, (all.told.get(source) ?? 0) + 1)
      uplink.tell(observed, systemClock.now())
    }

    function start(): void {
      uplink.start()
      sayPresent()
    }

    async function stop(): Promise<void> {
      await uplink.stop()
      sockets.destroy()
    }

    function sayPresent(): void {
      say(present)
      if (!isSilent) systemClock.after(PRESENT_EVERY_MS, sayPresent)
    }

    /** Each at a moment of its own. */
    function tellSoon(): void {
      cancel()
      cancel = systemClock.after((everyMs * index) / NODES, tellAll)
    }

    function tellAll(): void {
      for (const plan of one.plans) say(answered(plan, everyMs))
      if (!isSilent) cancel = systemClock.after(everyMs, tellAll)
    }

    /** What waits for others to share its batch is cut after 200 ms. */
    function drained(): Promise<void> {
      systemClock.after(500, () => spool.batches === 0 && emptied.resolve())
      return emptied.promise
    }
  }

  function carrying(node: string, sockets: Agent): Carry {
    return async (asked) => {
      const begun = performance.now()
      const answer = await carry(asked, node, sockets)
      all.requests += 1
      if (asked.method === 'POST') all.trips.push(performance.now() - begun)
      if (answer.status !== 200) all.refused += 1
      return answer
    }
  }

  function carry(
    { method, path, headers, body = '', signal }: CarriedRequest,
    node: string,
    sockets: Agent,
  ): Promise<CarriedAnswer> {
    return new Promise((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body), [TOKEN_HEADER]: node }
      const options = {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...length },
        agent: sockets,
        signal,
      }
      const asked = request(options, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers as Record<string, string>,
            body: Buffer.concat(parts).toString(),
          }),
        )
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }
}

/** As the aggregator tells a run of equal answers. */
export function answered({ target, vantage, speech, timeoutMs, intervalMs }: ProbePlan, forMs: number): Observation {
  const until = systemClock.now()
  const count = Math.max(1, Math.round(forMs / intervalMs))
  const startedAt = until - (count - 1) * intervalMs
  const isEcho = speech.protocol === 'echo'
  const sent = 6 * count
  return {
    kind: 'outcome',
    outcome: {
      target,
      vantage,
      startedAt,
      durationMs: 0.812,
      symptom: 'ok',
      protocol: speech.protocol,
      phases: isEcho ? { first_byte: 0.812 } : { connect: 0.312, write: 0.101, first_byte: 0.399 },
      timeoutMs,
      burst: false,
      ...(isEcho && { echo: { sent, lost: 0, duplicated: 0, reordered: 0, keptSent: sent / 2, keptLost: 0 } }),
      ...(count > 1 && { run: { count, until, durationsMs: Array.from({ length: count }, () => 0.812) } }),
    },
  }
}
