import { randomUUID } from 'node:crypto'
import { type Assignment, type Clock, type Log, type Observation, PortolanError } from '@portolan/core'
import { createCarefulProber, createEchoServer, type Trouble, watchOwnTrouble } from '@portolan/probes'
import { type App, createCleanup, startHttpServer, startLoop } from '@portolan/runtime'
import { createFolderSpool, createStanding, createUplink, type Spool } from '@portolan/uplink'
import { createCarry } from './carry.ts'
import type { AgentConfig } from './config.ts'
import { createOwnMetrics } from './own-metrics.ts'
import { ownPages } from './own-pages.ts'

/** Probes from a node what the collector assigns, and answers the echo datagrams of its peers. */
export interface Agent extends App {
  /**
   * @throws PortolanError port_in_use, or config_invalid when the node's address is not one of this machine
   */
  start(): Promise<void>
  /** Where health and metrics are served; null before it listens. */
  readonly address: { host: string; port: number } | null
}

/** Equal answers are reported together, this often. */
const TELL_EVERY_MS = 5000
/** It says so often that it is there. */
const PRESENT_EVERY_MS = 3000
const LAG_EVERY_MS = 5000

/** @throws PortolanError store_unusable when the spool's folder cannot be used */
export function createAgent(config: AgentConfig, { clock, log }: { clock: Clock; log: Log }): Agent {
  const { cluster, node, nodeAddress, port } = config
  // First: what follows has timers of its own.
  const spool = openSpool(config.spool, log)
  const cleanup = createCleanup({ clock, log })
  const { metrics, health, linked } = createOwnMetrics()
  const standing = createStanding()
  const trouble = watchOwnTrouble(clock, tellTrouble)
  const echo = createEchoServer({ address: nodeAddress, port, clock, log })
  const carry = createCarry(config)
  const uplink = createUplink({
    cluster,
    source: `agent/${node}`,
    boot: randomUUID(),
    clock,
    log,
    carry,
    spool,
    standing: standing.all,
    onAssignment,
    onBurst: (bursts) => prober.burst(bursts),
    onState: linked,
  })
  const prober = createCarefulProber({
    clock,
    everyMs: TELL_EVERY_MS,
    trouble,
    tell,
    onLateness: health.late,
    onSkip: health.skipped,
  })
  let isAssigned = false
  let address: Agent['address'] = null

  function tell(observed: Observation): void {
    standing.take(observed)
    uplink.tell(observed, clock.now())
  }

  function tellTrouble({ from, to, reason }: Trouble): void {
    log.warn({ from, to, reason }, 'the agent could not probe')
    if (!prober.looks) return
    prober.flush()
    tell({ kind: 'gap', scope: 'prober', from, to, reason })
  }

  function onAssignment({ plans, peers }: Assignment): void {
    trouble.check() // what was before is no gap where nothing was looked at
    isAssigned = true
    standing.keep({ plans, peers })
    echo.allow(peers)
    prober.assign(plans)
  }

  async function startAll(): Promise<void> {
    cleanup.add('own trouble', trouble.stop)
    cleanup.add('health', health.stop)
    cleanup.add('connections', carry.close)
    cleanup.add('echo', echo.stop)
    const echoPort = await echo.start()
    const server = await startHttpServer(
      ownPages(metrics, () => isAssigned),
      { host: nodeAddress, port },
    )
    cleanup.add('own pages', server.stop)
    address = { host: server.host, port: server.port }
    const sayPresent = () => tell({ kind: 'agent', node, address: nodeAddress, echoPort })
    sayPresent()
    cleanup.add('uplink', uplink.stop)
    cleanup.add('probes', prober.stop)
    uplink.start()
    const every = (name: string, everyMs: number, run: () => void) =>
      cleanup.add(name, startLoop({ name, everyMs, clock, log, run }).stop)
    every('presence', PRESENT_EVERY_MS, sayPresent)
    every('event loop lag', LAG_EVERY_MS, health.sampleLag)
    log.info({ cluster, node, address: nodeAddress, port: server.port, echoPort }, 'the agent is ready')
  }

  return {
    start: startAll,
    stop: cleanup.run,
    get address() {
      return address
    },
  }
}

function openSpool(folder: string, log: Log): Spool {
  try {
    return createFolderSpool(folder, { log })
  } catch (error) {
    throw new PortolanError(
      'store_unusable',
      `the spool folder ${folder} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'mount a folder there that this user may write to',
      error,
    )
  }
}
