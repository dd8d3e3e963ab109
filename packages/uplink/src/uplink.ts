import { pause } from '@portolan/base'
import type { Assignment, Burst, Clock, Log, Orders, Told } from '@portolan/core'
import { createAsk } from './ask.ts'
import type { Carry } from './carry.ts'
import { createClockOffset } from './clock-offset.ts'
import { createDelivery } from './delivery.ts'
import { createOrderLine } from './orders.ts'
import { createOutbox } from './outbox.ts'
import { type ReadOrders, readOrders } from './read-orders.ts'
import type { Spool } from './spool.ts'

/**
 * The lower side of the link to a collector elsewhere, or to a hub: facts go up, once each and in their order, orders come
 * down.
 */
export interface Uplink {
  /** @param at when it happened, ms since the epoch */
  tell(observed: Told, at: number): void
  /** Hands on the last assignment of an earlier life, if there is one, before it returns. */
  start(): void
  /** Sends what it can within two seconds; the rest stays in the spool. Never rejects. */
  stop(): Promise<void>
}

export interface UplinkState {
  connected: boolean
  /** In the spool. */
  batches: number
  /** Facts that the collector will never see: lost since this start. */
  dropped: number
  /** How far the collector's clock is ahead, ms. */
  offsetMs: number | null
  /** Why it is not connected. */
  reason: string | null
}

export interface UplinkOptions {
  cluster: string
  /** `agent/NODE` or `prober/HOST`; `collector/HOST` to a hub. */
  source: string
  /** Anew at each start. */
  boot: string
  clock: Clock
  log: Log
  carry: Carry
  spool: Spool
  /** How things stand now: told anew to each collector. */
  standing(): Told[]
  onAssignment(assignment: Assignment): void
  onBurst(bursts: Burst[]): void
  onState?(state: UplinkState): void
  random?: () => number
}

/** Facts wait so long for others to share a batch with, ms: while the collector is there, and while it is not. */
const CUT_MS = 200
const CUT_AWAY_MS = 5000
const FLUSH_MS = 2000
const ORDERS = 'orders'
const MOST_NAMED = 10

export function createUplink(options: UplinkOptions): Uplink {
  const { cluster, source, boot, clock, log, spool, random = Math.random } = options
  const offset = createClockOffset(clock)
  const ask = createAsk(options.carry, clock, offset)
  const outbox = createOutbox({ stream: { cluster, source, boot }, spool, clock, onCut })
  const kept = readOrders(spool.kept(ORDERS) ?? '')?.orders ?? null
  const delivery = createDelivery({
    clock,
    log,
    ask,
    random,
    offsetMs: offset.read,
    next: outbox.next,
    onStored,
    onRefused: report,
    onSilence,
  })
  const orderLine = createOrderLine({ who: { cluster, source }, ask, clock, random, known: kept, onOrders, onLost })
  /** What the collector last said, in this life or an earlier one. */
  let applied = kept
  let named: ReadonlySet<string> = new Set()
  /** Whom it was told how things stand. */
  let toldTo: string | null = null
  let connected = false
  let reason: string | null = 'it was not asked yet'
  spool.disown(source)
  outbox.pace(CUT_AWAY_MS)

  function onOrders({ orders, left }: ReadOrders): void {
    nameLeft(left)
    if (orders.collector !== toldTo) {
      toldTo = orders.collector
      outbox.stand(options.standing(), clock.now())
    }
    if (!connected) {
      connected = true
      reason = null
      log.info({}, 'the collector is ready')
      outbox.pace(CUT_MS)
      outbox.cut()
      delivery.hurry()
    }
    delivery.open()
    apply(orders)
    report()
  }

  /** Each once, for as long as it stays there. */
  function nameLeft(left: readonly string[]): void {
    const news = left.filter((one) => !named.has(one))
    named = new Set(left)
    if (news.length === 0) return
    const fields = { left: news.length, first: news.slice(0, MOST_NAMED) }
    log.warn(fields, 'some of the assigned probes cannot run here; the others run')
  }

  function apply({ bursts, ...orders }: Orders): void {
    if (orders.collector !== applied?.collector || orders.version !== applied.version) {
      applied = { ...orders, bursts: [] }
      spool.keep(ORDERS, JSON.stringify(applied))
      options.onAssignment(orders.assignment)
    }
    if (bursts.length > 0) options.onBurst(bursts)
  }

  function onLost(why: string): void {
    if (connected || why !== reason) log.warn({ reason: why }, 'the collector does not answer')
    connected = false
    reason = why
    outbox.pace(CUT_AWAY_MS)
    delivery.close()
    report()
  }

  /** It is asked for at once, and nothing sent before it said who it is: it may be another one. */
  function onSilence(): void {
    delivery.close()
    orderLine.doubt()
  }

  /** What is lost is reported when the rest is through, in a batch of its own: no other fact can make that a refused one. */
  function onStored(): void {
    if (spool.batches === 0 && spool.loss !== null) {
      const { facts, from, to, reasons } = spool.loss
      const reason = `${facts} observations were dropped, ${reasons.join(', and ')}`
      spool.forgive()
      outbox.cut()
      outbox.tell({ kind: 'gap', scope: 'spool', from, to, reason }, clock.now())
      outbox.cut()
    }
    report()
  }

  function onCut(): void {
    delivery.pump()
    report()
  }

  function report(): void {
    const { batches, dropped } = spool
    options.onState?.({ connected, batches, dropped, offsetMs: offset.read(), reason })
  }

  return {
    tell: outbox.tell,
    start() {
      if (kept !== null) options.onAssignment(kept.assignment)
      orderLine.start()
    },
    async stop() {
      outbox.cut()
      const over = new AbortController()
      await Promise.race([delivery.drained(), pause(clock, FLUSH_MS, over.signal)])
      over.abort()
      await Promise.all([orderLine.stop(), delivery.stop()])
    },
  }
}
