import type { Clock } from '@portolan/core'
import { createLogger } from '@portolan/runtime'
import { createLive, type Live } from '../live.ts'
import { readPortName } from '../port-name.ts'
import type { Notice } from '../render/notice.ts'
import { chooseSight } from '../running/asked.ts'
import type { Running } from '../running/entry.ts'
import type { Access, AnyAccess } from '../settings.ts'
import type { Waited, WaitedNames } from './waited-port.ts'
import { startWaiting, type Waiting } from './waiting.ts'

export interface WaitOrder extends Access, Partial<Pick<AnyAccess, 'byAddress'>> {
  names: WaitedNames
  asksPods: boolean
}

export interface WaitWorld {
  env: NodeJS.ProcessEnv
  clock: Clock
  /** Resolves when the time is over (false), or when somebody ends the wait (true). */
  stopped: Promise<boolean>
  onDemo(demo: Running): void
  onAnswer(port: Waited, several: boolean): void
  onNotice(notice: Notice): void
}

export interface WaitOutcome {
  answered: boolean
  waitedMs: number
  ports: Waited[]
  /** More than one cluster was watched. */
  several: boolean
}

/** Nothing else runs beside it, and each probe that fails may be the last one before the time is up. */
const INTERVAL_MS = 500

/**
 * Watches until the ports and routes answer.
 *
 * @returns null where somebody ended it
 * @throws PortolanError where it cannot work, or there is no such port or route
 */
export async function waitFor(
  { names, asksPods, ...access }: WaitOrder,
  world: WaitWorld,
): Promise<WaitOutcome | null> {
  const { env, clock, stopped, onDemo, onAnswer, onNotice } = world
  const startedAt = clock.monotonic()
  const { demo, ...sight } = await chooseSight(access, [...names.ports, ...names.routes.map(readPortName)], env)
  if (demo !== null) onDemo(demo)
  const live: Live = createLive({
    ...sight,
    asksPods,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: null,
    listen: null,
    intervalMs: INTERVAL_MS,
    onChange: () => {},
    onNotice,
  })
  const isSeveral = () => live.clusters().length > 1
  let waiting: Waiting | null = null
  try {
    await live.start()
    waiting = startWaiting({
      live,
      clock,
      clusters: sight.only,
      names,
      onAnswer: (port) => onAnswer(port, isSeveral()),
    })
    if (await Promise.race([stopped, waiting.answered.then(() => false)])) return null
    waiting.requireAll()
    const ports = waiting.ports()
    const waitedMs = Math.round(clock.monotonic() - startedAt)
    return { answered: ports.every((port) => port.answers), waitedMs, ports, several: isSeveral() }
  } finally {
    waiting?.cancel()
    await live.stop()
  }
}
